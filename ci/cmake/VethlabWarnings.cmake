# vethlab_warnings(<target>): the warnings we keep our own sources free of. Private, so that no user
# inherits them; whether one is an error is the preset's business.
function(vethlab_warnings target)
  target_compile_options(${target} PRIVATE -Wall -Wextra -Wpedantic -Wconversion -Wshadow
                                           -Wnon-virtual-dtor -Woverloaded-virtual)
endfunction()
