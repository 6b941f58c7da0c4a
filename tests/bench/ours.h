#pragma once

#include <vethlab/vethlab.h>

#include <cstddef>
#include <vector>

namespace vethlab::bench {

// floor_story.h's story in vethlab's words. Throws unless both are answered.
void tell_our_story();

// floor_mesh.h's network.
class OurMesh {
 public:
  explicit OurMesh(std::size_t size);

  // Each node pings each other one once, all at the same time. Throws unless all are answered.
  void ping_all();

 private:
  Lab lab_;
  std::vector<Probe> probes_;
};

}  // namespace vethlab::bench
