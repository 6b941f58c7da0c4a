# vethlab_discover_tests(<target> [PREFIX <text>] [LABELS <label>...] [TIMEOUT <seconds>]
#                        [ARTIFACTS <directory>] [<argument>...])
#
# gtest_discover_tests for tests of networks: one test of ctest for each TEST in the program.
#   PREFIX    before each name: "net/" makes net/Subject.Does
#   LABELS    any number (gtest_discover_tests takes one): `ctest -L <label>` picks by them
#   TIMEOUT   in seconds; 60 if not given. The environment's VETHLAB_TEST_TIMEOUT, when ctest runs, is for a
#             machine that needs more: one that is emulated, or busy
#   ARTIFACTS where tests that fail leave their evidence, a folder each: relative to the binary directory; if not given,
#             beside the program. The environment's VETHLAB_ARTIFACTS, when ctest runs, goes before. Programs whose
#             tests have the same names need directories of their own
#   further arguments are gtest_discover_tests' own: WORKING_DIRECTORY, EXTRA_ARGS, TEST_FILTER, TEST_SUFFIX, PROPERTIES,
#             XML_OUTPUT_DIR, DISCOVERY_TIMEOUT (30 if not given), DISCOVERY_EXTRA_ARGS, NO_PRETTY_TYPES
#
# Several calls for one target, by their TEST_FILTER: each one's tests have its labels and deadline.
# The tests are listed by ctest, not by the build: it may run where there are no namespaces.
function(vethlab_discover_tests target)
  # Theirs are named here, so that LABELS ends where one of them begins.
  set(theirs_one WORKING_DIRECTORY TEST_SUFFIX XML_OUTPUT_DIR DISCOVERY_TIMEOUT)
  set(theirs_many EXTRA_ARGS DISCOVERY_EXTRA_ARGS PROPERTIES TEST_FILTER)
  cmake_parse_arguments(PARSE_ARGV 1 arg "NO_PRETTY_TYPES" "PREFIX;TIMEOUT;ARTIFACTS;${theirs_one}"
                        "LABELS;${theirs_many}")
  if(NOT TARGET ${target})
    message(FATAL_ERROR "vethlab_discover_tests(${target}): there is no such target")
  endif()
  if(NOT DEFINED arg_TIMEOUT)
    set(arg_TIMEOUT 60)
  endif()
  if(NOT arg_TIMEOUT MATCHES "^[1-9][0-9]*$")
    message(FATAL_ERROR "vethlab_discover_tests(${target}): TIMEOUT '${arg_TIMEOUT}' is no number of seconds")
  endif()
  if(arg_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "vethlab_discover_tests(${target}): knows nothing of '${arg_UNPARSED_ARGUMENTS}'")
  endif()
  if(NOT DEFINED arg_DISCOVERY_TIMEOUT)
    set(arg_DISCOVERY_TIMEOUT 30)
  endif()
  set(theirs NO_PRETTY_VALUES)
  if(arg_NO_PRETTY_TYPES)
    list(APPEND theirs NO_PRETTY_TYPES)
  endif()
  foreach(keyword IN LISTS theirs_one theirs_many)
    if(DEFINED arg_${keyword})
      list(APPEND theirs ${keyword} ${arg_${keyword}})
    endif()
  endforeach()
  set(tests ${target}_TESTS) # the names; of a second call for this target, with a 2
  get_target_property(calls ${target} VETHLAB_DISCOVERED)
  if(calls)
    math(EXPR calls "${calls} + 1")
    string(APPEND tests ${calls})
  else()
    set(calls 1)
  endif()
  set_target_properties(${target} PROPERTIES VETHLAB_DISCOVERED ${calls})
  include(GoogleTest) # here: it sets variables, which the caller's directory may not see
  gtest_discover_tests(
    ${target}
    TEST_PREFIX "${arg_PREFIX}"
    TEST_LIST ${tests}
    DISCOVERY_MODE PRE_TEST
    ${theirs})
  # Properties that are lists, or known only then, are set when ctest has read the names.
  set(file ${CMAKE_CURRENT_BINARY_DIR}/${tests}_properties.cmake)
  file(
    WRITE ${file}
    "if(${tests})\n"
    "  set(timeout ${arg_TIMEOUT})\n"
    "  if(DEFINED ENV{VETHLAB_TEST_TIMEOUT})\n"
    "    set(timeout \"\$ENV{VETHLAB_TEST_TIMEOUT}\")\n"
    "  endif()\n"
    "  set_tests_properties(\${${tests}} PROPERTIES TIMEOUT \"\${timeout}\" LABELS \"${arg_LABELS}\")\n"
    "endif()\n")
  if(DEFINED arg_ARTIFACTS)
    cmake_path(ABSOLUTE_PATH arg_ARTIFACTS BASE_DIRECTORY ${CMAKE_CURRENT_BINARY_DIR} NORMALIZE)
    file(APPEND ${file}
         "if(${tests} AND NOT DEFINED ENV{VETHLAB_ARTIFACTS})\n"
         "  set_tests_properties(\${${tests}} PROPERTIES ENVIRONMENT_MODIFICATION\n"
         "                       \"VETHLAB_ARTIFACTS=set:${arg_ARTIFACTS}\")\n"
         "endif()\n")
  endif()
  set_property(DIRECTORY APPEND PROPERTY TEST_INCLUDE_FILES ${file})
endfunction()
