// vethlab: GoogleTest for networks. This header and vethlab/fixtures/*.h are what is promised to
// users; each section lives in its own small header.
#pragma once

#include <vethlab/base/caller.h>
#include <vethlab/base/errors.h>
#include <vethlab/base/ip_address.h>
#include <vethlab/base/prefix.h>
#include <vethlab/base/probe.h>
#include <vethlab/base/reporter.h>
#include <vethlab/base/text_view.h>
#include <vethlab/base/unique_fd.h>
#include <vethlab/expect/gtest_reporter.h>
#include <vethlab/expect/probe_matchers.h>
#include <vethlab/expect/program_matchers.h>
#include <vethlab/expect/reachability.h>
#include <vethlab/expect/snapshot_matcher.h>
#include <vethlab/expect/value_matchers.h>
#include <vethlab/lab/destination.h>
#include <vethlab/lab/end.h>
#include <vethlab/lab/job.h>
#include <vethlab/lab/lab.h>
#include <vethlab/lab/monitor.h>
#include <vethlab/lab/node.h>
#include <vethlab/lab/ready_when.h>
#include <vethlab/lab/snapshot.h>
#include <vethlab/lab/wire.h>
#include <vethlab/netlink/address.h>
#include <vethlab/netlink/change.h>
#include <vethlab/netlink/fdb_entry.h>
#include <vethlab/netlink/link.h>
#include <vethlab/netlink/neighbour.h>
#include <vethlab/netlink/route.h>
#include <vethlab/netlink/route_protocol.h>
#include <vethlab/netlink/rule.h>
#include <vethlab/netns/user_namespace.h>
#include <vethlab/process/program.h>
