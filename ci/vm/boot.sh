# shellcheck shell=bash
# A command under another kernel, in QEMU on this machine's own files. Sourced by lanes/vm.sh, after lib.sh.
#
# The guest sees the machine's files (9p, read-only) under an overlay in memory, so that what apt installed and what
# the build made is there; what it writes is gone with it, but in directories that are named as writable. It has no
# network device. Its first process is init, then guest.

# A kernel: image, release, and the directory in which its modules are (empty: it needs none).
vm_image_file='' vm_release='' vm_modules=''
# A static one, for the initramfs.
vm_busybox=''

# vm_of_package <directory>: of a Debian package that was unpacked there.
vm_of_package() {
  local dir=$1 modules
  modules=$(compgen -G "$dir/usr/lib/modules/*" | head -n 1 || compgen -G "$dir/lib/modules/*" | head -n 1) ||
    fail "$dir has no lib/modules: not an unpacked kernel package"
  vm_release=$(basename "$modules")
  vm_modules=$(realpath "$modules")
  vm_image_file=$dir/boot/vmlinuz-$vm_release
  [ -e "$vm_image_file" ] || vm_image_file=$modules/vmlinuz
}

# vm_of_path <path> <directory>: somebody's own: an image, or the tree in which it was built. Its modules are the tree's, those
# unpacked beside an image, or those of this release that are installed here; it may have everything built in.
vm_of_path() {
  local path
  path=$(realpath -- "$1")
  if [ -d "$path" ] && [ -e "$path/arch/x86/boot/bzImage" ]; then
    vm_image_file=$path/arch/x86/boot/bzImage
    vm_release=$(cat "$path/include/config/kernel.release")
    vm_modules=
    if grep -q '^CONFIG_MODULES=y' "$path/.config"; then
      say "installing the modules of $path below $2"
      rm -rf "$2"
      make -s -C "$path" modules_install INSTALL_MOD_PATH="$2" DEPMOD=true || fail "make modules_install in $path failed"
      vm_modules=$2/lib/modules/$vm_release
    fi
  elif [ -d "$path/usr/lib/modules" ] || [ -d "$path/lib/modules" ]; then
    vm_of_package "$path"
  elif [ -f "$path" ] && [ "$(dd if="$path" bs=1 skip=514 count=4 2>/dev/null)" = HdrS ]; then # the boot protocol's
    vm_image_file=$path
    local at modules
    at=$(od -An -tu2 -j526 -N2 "$path" | tr -d ' ') # where its version stands
    vm_release=$(dd if="$path" bs=1 skip=$((at + 512)) count=100 2>/dev/null | tr '\0 ' '\n' | sed -n 1p)
    vm_modules=
    for modules in "$(dirname "$path")"/../{usr/,}lib/modules "$(dirname "$path")"/../../../lib/modules /lib/modules; do
      if [ -d "$modules/$vm_release" ]; then vm_modules=$(realpath "$modules/$vm_release") && break; fi
    done
  else
    fail "'$1' is no kernel: not an image, nor a build tree with arch/x86/boot/bzImage (make bzImage), nor an unpacked package"
  fi
}

# The files of a module and of what it needs, in the order to load them; nothing for what is built in.
vm_module_files() {
  modprobe -d "$1" -S "$vm_release" -D "$2" 2>/dev/null | sed -n 's/^insmod \([^ ]*\).*/\1/p'
}

# vm_initramfs <into> <writable directory>...: init, guest and the modules that it takes to mount the root.
vm_initramfs() {
  local into=$1 tree=$1/tree base='' module file number=0
  shift
  mkdir -p "$tree"/{bin,proc,sys,dev,below,over,root,modules}
  cp "$vm_busybox" "$tree/bin/busybox"
  # shellcheck disable=SC2154 # lib.sh's
  cp "$ci/vm/init" "$ci/vm/guest" "$into/command" "$tree"
  chmod +x "$tree/init"
  { declare -p vm_release vm_modules | sed -E 's/^declare -- vm_//'; echo "writable='$*'"; } >"$tree/settings"
  if [ -n "$vm_modules" ]; then
    # modprobe wants <base>/lib/modules/<release>, with its lists made.
    base=$into/base
    mkdir -p "$base/lib/modules"
    [ -e "$vm_modules/modules.dep" ] || { ln -sfn "$vm_modules" "$base/lib/modules/$vm_release"; depmod -b "$base" "$vm_release"; }
    ln -sfn "$vm_modules" "$base/lib/modules/$vm_release"
    for module in virtio_pci 9pnet_virtio 9p overlay virtio_console; do vm_module_files "$base" $module; done |
      awk '!seen[$0]++' >"$into/modules"
    while read -r file; do
      number=$((number + 1))
      case $file in
        *.xz) xz -dc "$file" ;;
        *.zst) zstd -qdc "$file" ;;
        *) cat "$file" ;;
      esac >"$tree/modules/$(printf '%02d' $number).ko"
    done <"$into/modules"
  fi
  (cd "$tree" && find . | cpio -o -H newc --quiet) >"$into/initrd"
}

# Whether ordinary kernels run under KVM here. /dev/kvm alone says little: a sandbox may have one that none boots under.
vm_has_kvm() { [ -w /dev/kvm ] && grep -qwE 'vmx|svm' /proc/cpuinfo; }

vm_mib=${VETHLAB_VM_MIB:-2048}

# As many guests as processors, each of which keeps one busy; fewer where there is no memory for them.
vm_at_once() {
  local free
  free=$(awk '/^MemAvailable:/ {print int($2 / 1024)}' /proc/meminfo)
  local most=$((free / (vm_mib + vm_mib / 4)))
  # shellcheck disable=SC2154 # lib.sh's
  if [ "$most" -gt "$jobs" ]; then most=$jobs; fi
  if [ "$most" -lt 1 ]; then most=1; fi
  echo "$most"
}

# vm_start <into> <seconds> <label> <writable directory>...: <into>/command runs in a guest from now on; sets vm_guest,
# QEMU's process, and vm_shown, which shows what it writes, each line behind the label. See vm_result when it has ended.
vm_guest='' vm_shown=''
vm_start() {
  local into=$1 limit=$2 label=$3 accel=tcg directory number=0
  shift 3
  vm_initramfs "$into" "$@"
  if vm_has_kvm; then accel=kvm; fi
  # shellcheck disable=SC2054 # QEMU's commas
  local qemu=(qemu-system-x86_64 -M q35,sata=off,smbus=off -accel "$accel" -cpu max -smp 1 -m "$vm_mib"
    -nodefaults -no-user-config -no-reboot -display none -nic none
    -kernel "$vm_image_file" -initrd "$into/initrd"
    -append "console=ttyS0 loglevel=5 panic=-1 mitigations=off"
    -serial "file:$into/console" -device virtio-rng-pci -device virtio-serial
    -chardev "file,id=output,path=$into/output" -device virtserialport,chardev=output
    -chardev "file,id=status,path=$into/status" -device virtserialport,chardev=status
    -virtfs "local,path=/,mount_tag=root,security_model=none,multidevs=remap,readonly=on")
  for directory in "$@"; do
    qemu+=(-virtfs "local,path=$directory,mount_tag=writable$number,security_model=none,multidevs=remap")
    number=$((number + 1))
  done
  : >"$into/output" && : >"$into/status" && : >"$into/console"
  timeout -k 5 "$limit" "${qemu[@]}" </dev/null 2>"$into/qemu.err" &
  vm_guest=$!
  tail -n +1 -f -s 0.5 --pid=$vm_guest "$into/output" | sed -u "s/^/$label/" &
  vm_shown=$!
}

# vm_result <into> <QEMU's status>: the command's status; 124: out of time; 125: the kernel did not come so far, or
# died: see <into>/console.
vm_result() {
  if [ "$2" = 124 ]; then echo 124; else grep -x '[0-9]*' "$1/status" || echo 125; fi
}
