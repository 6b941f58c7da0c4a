// private
#pragma once

// Boost asks for an older POSIX before it offers vfork(2); Linux has it.
#define BOOST_POSIX_HAS_VFORK 1

// What was Boost.Process up to 1.85 is its "v1" since.
#if __has_include(<boost/process/v1/child.hpp>)
#include <boost/process/v1/async_pipe.hpp>
#include <boost/process/v1/child.hpp>
#include <boost/process/v1/exe.hpp>
#include <boost/process/v1/extend.hpp>
#include <boost/process/v1/io.hpp>
#include <boost/process/v1/posix.hpp>

namespace vethlab::process {
namespace bp = boost::process::v1;
}
#else
#include <boost/process/async_pipe.hpp>
#include <boost/process/child.hpp>
#include <boost/process/exe.hpp>
#include <boost/process/extend.hpp>
#include <boost/process/io.hpp>
#include <boost/process/posix.hpp>

namespace vethlab::process {
namespace bp = boost::process;
}
#endif
