// What vethlab costs: README.md, beside this file.
#include <benchmark/benchmark.h>

#include <chrono>
#include <exception>
#include <vector>

#include "floor_mesh.h"
#include "floor_process.h"
#include "iproute2.h"
#include "ours.h"
#include "verdict.h"

namespace vethlab::bench {
namespace {

using Seconds = std::chrono::duration<double>;

constexpr int kMeshesInARow = 5;

template <class Work>
Seconds time(Work work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::steady_clock::now() - start;
}

// Runs `once`, which tells its time, for each iteration.
template <class Once>
void repeat(benchmark::State& state, Once once) {
  for (auto iteration : state) {
    (void)iteration;
    state.SetIterationTime(Seconds(once()).count());
  }
}

// A repetition starts from a machine that has nothing left to clean up, and lets no exception out.
template <class Repetition>
benchmark::internal::Benchmark* add(const char* name, const FloorProcess& floor,
                                    Repetition repetition) {
  const auto run = [&floor, repetition](benchmark::State& state) {
    try {
      floor.settle();
      repetition(state);
    } catch (const std::exception& error) {
      state.SkipWithError(error.what());
    }
  };
  return benchmark::RegisterBenchmark(name, run)->UseManualTime()->Unit(benchmark::kMillisecond);
}

// One by one: the namespaces of one story die in the background of the next.
void add_stories(const FloorProcess& floor, const Iproute2Shell& shell) {
  add("story/floor", floor, [&](auto& state) { repeat(state, [&] { return floor.story(); }); })
      ->Iterations(1)
      ->Repetitions(100);
  add("story/ours", floor, [](auto& state) { repeat(state, [] { return time(tell_our_story); }); })
      ->Iterations(1)
      ->Repetitions(100);
  add("story/iproute2", floor, [&](auto& state) { repeat(state, [&] { return shell.story(); }); })
      ->Iterations(1)
      ->Repetitions(40);
}

// One network at a time: the kernel's neighbour table is shared by all namespaces, and two meshes
// of 992 neighbours are more than it holds.
void add_meshes(const FloorProcess& floor) {
  add("mesh32/floor", floor,
      [&](auto& state) {
        floor.open_mesh();
        repeat(state, [&] { return floor.ping_mesh(); });
        floor.close_mesh();
      })
      ->Iterations(kMeshesInARow)
      ->Repetitions(25);
  add("mesh32/ours", floor,
      [](auto& state) {
        OurMesh mesh(kMeshSize);
        mesh.ping_all();  // neighbours are known from here on
        repeat(state, [&] { return time([&] { mesh.ping_all(); }); });
      })
      ->Iterations(kMeshesInARow)
      ->Repetitions(25);
}

int run(std::vector<char*> arguments) {
  const FloorProcess floor;
  const Iproute2Shell shell;
  auto count = static_cast<int>(arguments.size());
  benchmark::Initialize(&count, arguments.data());
  if (benchmark::ReportUnrecognizedArguments(count, arguments.data())) return 1;
  add_stories(floor, shell);
  add_meshes(floor);
  Verdict verdict;
  benchmark::RunSpecifiedBenchmarks(&verdict);
  return verdict.failed() ? 1 : 0;
}

}  // namespace
}  // namespace vethlab::bench

int main(int argc, char** argv) {
  char interleaving[] = "--benchmark_enable_random_interleaving=true";
  std::vector<char*> arguments{argv[0], interleaving};  // first, so that what the user says wins
  arguments.insert(arguments.end(), argv + 1, argv + argc);
  return vethlab::bench::run(arguments);
}
