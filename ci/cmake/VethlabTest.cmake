# vethlab_test(<name> LABEL <label> [THREADS] [KERNEL_MATRIX [EXCEPT <regex>]]
#              SOURCES <file>... [LIBRARIES <target>...])
#
# One test program, seen by ctest as one test for each TEST in it, named <label>/<Subject>.<Does>.
#   LABEL          what it needs and tells: one of the labels below; `ctest -L <label>` picks by it
#   THREADS        the tests start threads: the tsan lane runs them (second label, `threads`)
#   KERNEL_MATRIX  another kernel may answer otherwise: the vm lane runs them (second label, `kernel-matrix`),
#                  but those whose names match EXCEPT: too much for a machine that is emulated
#   LIBRARIES      more than vethlab::fixtures and GoogleTest's main
function(vethlab_test name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "THREADS;KERNEL_MATRIX" "LABEL;EXCEPT" "SOURCES;LIBRARIES")
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

  set(labels ${arg_LABEL})
  if(arg_THREADS)
    list(APPEND labels threads)
  endif()
  if(arg_KERNEL_MATRIX)
    list(APPEND labels kernel-matrix)
  endif()
  if(NOT arg_EXCEPT)
    vethlab_discover_tests(${name} PREFIX ${arg_LABEL}/ LABELS ${labels})
  else() # each has its labels once: ctest adds to those that a test has
    vethlab_discover_tests(${name} PREFIX ${arg_LABEL}/)
    set(file ${CMAKE_CURRENT_BINARY_DIR}/${name}_labels.cmake)
    file(
      WRITE ${file}
      "foreach(test IN LISTS ${name}_TESTS)\n"
      "  if(test MATCHES \"${arg_EXCEPT}\")\n"
      "    set_tests_properties(\${test} PROPERTIES LABELS ${arg_LABEL})\n"
      "  else()\n"
      "    set_tests_properties(\${test} PROPERTIES LABELS \"${labels}\")\n"
      "  endif()\n"
      "endforeach()\n")
    set_property(DIRECTORY APPEND PROPERTY TEST_INCLUDE_FILES ${file})
  endif()

  if(arg_LABEL STREQUAL "scenario")
    set_property(GLOBAL APPEND PROPERTY vethlab_scenario_programs $<TARGET_FILE:${name}>)
  endif()
endfunction()
