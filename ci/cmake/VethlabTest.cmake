include(GoogleTest)

# vethlab_test(<name> LABEL <label> [THREADS] SOURCES <file>... [LIBRARIES <target>...])
#
# One test program, seen by ctest as one test for each TEST in it, named <label>/<Subject>.<Does>.
#   LABEL      what it needs and tells: one of the labels below; `ctest -L <label>` picks by it
#   THREADS    the tests start threads: the tsan lane runs them (second label, `threads`)
#   LIBRARIES  more than vethlab::fixtures and GoogleTest's main
function(vethlab_test name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "THREADS" "LABEL" "SOURCES;LIBRARIES")
  set(known unit kernel messages scenario crash usage)
  if(NOT arg_LABEL IN_LIST known)
    message(FATAL_ERROR "vethlab_test(${name}): LABEL '${arg_LABEL}' is not one of: ${known}")
  endif()
  if(arg_UNPARSED_ARGUMENTS OR NOT arg_SOURCES)
    message(FATAL_ERROR "vethlab_test(${name}): needs SOURCES, and knows nothing of "
                        "'${arg_UNPARSED_ARGUMENTS}'")
  endif()

  add_executable(${name} ${arg_SOURCES})
  set_target_properties(${name} PROPERTIES CXX_EXTENSIONS OFF)
  target_link_libraries(${name} PRIVATE vethlab::fixtures GTest::gmock_main ${arg_LIBRARIES})
  vethlab_warnings(${name})

  # PRE_TEST: a build must not run anything, least of all something that wants namespaces.
  gtest_discover_tests(
    ${name}
    TEST_PREFIX ${arg_LABEL}/
    DISCOVERY_MODE PRE_TEST
    NO_PRETTY_VALUES
    DISCOVERY_TIMEOUT 30
    PROPERTIES TIMEOUT 60 LABELS ${arg_LABEL})
  if(arg_THREADS)
    # gtest_discover_tests cannot pass on a property that is a list; ctest reads this after its list.
    set(second ${CMAKE_CURRENT_BINARY_DIR}/${name}_labels.cmake)
    file(WRITE ${second} "set_tests_properties(\${${name}_TESTS} PROPERTIES LABELS \"${arg_LABEL};threads\")\n")
    set_property(DIRECTORY APPEND PROPERTY TEST_INCLUDE_FILES ${second})
  endif()

  if(arg_LABEL STREQUAL "scenario")
    set_property(GLOBAL APPEND PROPERTY vethlab_scenario_programs $<TARGET_FILE:${name}>)
  endif()
endfunction()
