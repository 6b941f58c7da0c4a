# `cpack` in a build directory makes a Debian package of what `cmake --install` installs: headers, the two static
# libraries, the CMake package and pkg-config's file.
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME libvethlab-dev)
set(CPACK_PACKAGE_VENDOR vethlab)
# Who makes the package for others says who maintains it: cmake -D CPACK_PACKAGE_CONTACT="… <…@…>"
if(NOT CPACK_PACKAGE_CONTACT)
  set(CPACK_PACKAGE_CONTACT "the vethlab authors <vethlab@localhost>")
endif()
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES FALSE)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_PACKAGE_DEPENDS
    "libgtest-dev, libgmock-dev, libfmt-dev, libnl-3-dev, libnl-route-3-dev, pkg-config")
if(vethlab_libdw_FOUND)
  string(APPEND CPACK_DEBIAN_PACKAGE_DEPENDS ", libdw-dev")
endif()
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "iproute2, iptables, nftables, iperf3, libpcap0.8")
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION
    "A fixture library of throwaway network namespaces and veth pairs:\ntests ask links, routes and reachability from inside each, run programs\nthere, and leave nothing.")
# Where Debian's policy wants it.
install(FILES ${PROJECT_SOURCE_DIR}/LICENSE DESTINATION share/doc/${CPACK_PACKAGE_NAME} RENAME copyright)
string(TIMESTAMP now "%a, %d %b %Y %H:%M:%S +0000" UTC) # SOURCE_DATE_EPOCH's, if that is set
file(
  WRITE ${PROJECT_BINARY_DIR}/changelog
  "${CPACK_PACKAGE_NAME} (${PROJECT_VERSION}) unstable; urgency=medium\n\n  * As CHANGELOG.md in the source tells.\n\n"
  " -- ${CPACK_PACKAGE_CONTACT}  ${now}\n")
execute_process(COMMAND gzip -9nf changelog WORKING_DIRECTORY ${PROJECT_BINARY_DIR} COMMAND_ERROR_IS_FATAL ANY)
install(FILES ${PROJECT_BINARY_DIR}/changelog.gz DESTINATION share/doc/${CPACK_PACKAGE_NAME})
include(CPack)
