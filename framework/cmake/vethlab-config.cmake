# What find_package(vethlab) reads. GoogleTest is part of the interface; the others only the linker sees.
include(CMakeFindDependencyMacro)
find_dependency(GTest)
find_dependency(fmt)
find_dependency(PkgConfig)

# libnl has no CMake package: the same imported target as in vethlab's own build, made anew.
pkg_check_modules(vethlab_libnl QUIET IMPORTED_TARGET libnl-3.0 libnl-route-3.0)
if(NOT vethlab_libnl_FOUND)
  set(vethlab_FOUND FALSE)
  set(vethlab_NOT_FOUND_MESSAGE
      "vethlab needs libnl 3 with its route library (Debian: libnl-3-dev libnl-route-3-dev)")
  return()
endif()

include(${CMAKE_CURRENT_LIST_DIR}/vethlab-targets.cmake)
