# `cpack` in a build directory makes a Debian package of what `cmake --install` installs: headers, the two static
# libraries, the CMake package and pkg-config's file.
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME libvethlab-dev)
set(CPACK_PACKAGE_VENDOR vethlab)
set(CPACK_PACKAGE_CONTACT "the vethlab authors <vethlab@localhost>")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES FALSE)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_PACKAGE_DEPENDS
    "libgtest-dev, libgmock-dev, libfmt-dev, libnl-3-dev, libnl-route-3-dev")
if(vethlab_libdw_FOUND)
  string(APPEND CPACK_DEBIAN_PACKAGE_DEPENDS ", libdw-dev")
endif()
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "iproute2, iptables, nftables, iperf3, libpcap0.8")
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION
    "A fixture library of throwaway network namespaces and veth pairs: tests ask links,\nroutes and reachability from inside each, run programs there, and leave nothing.")
# Where Debian's policy wants it.
install(FILES ${PROJECT_SOURCE_DIR}/LICENSE DESTINATION share/doc/${CPACK_PACKAGE_NAME} RENAME copyright)
include(CPack)
