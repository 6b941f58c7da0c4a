// What vethlab costs: README.md, beside this file.
#include <benchmark/benchmark.h>
#include <vethlab/lab/zygote.h>

#include <chrono>
#include <cstdlib>
#include <exception>
#include <optional>
#include <stdexcept>
#include <vector>

#include <vethlab/expect/leak_check.h>

#include "broken_line.h"
#include "floor_mesh.h"
#include "floor_process.h"
#include "inside.h"
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

// What GoogleTest's listener does before and after each test, around a test that does nothing.
void add_leak_check(const FloorProcess& floor, internal::LeakCheck& check) {
  add("leak_check/ours", floor,
      [&](auto& state) {
        repeat(state, [&] {
          return time([&] {
            check.begin();
            if (!check.left().empty()) throw std::runtime_error("a leak");
          });
        });
      })
      ->Iterations(20)
      ->Repetitions(20);
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

// Inside one node that stays.
void add_insides(const FloorProcess& floor, std::optional<Inside>& inside) {
  const auto timed = [&](const char* name, void (Inside::*once)() const, int times) {
    add(name, floor,
        [&inside, once](auto& state) {
          if (!inside) inside.emplace();
          repeat(state, [&] { return time([&] { (*inside.*once)(); }); });
        })
        ->Iterations(times)
        ->Repetitions(20)
        ->Unit(benchmark::kMicrosecond);
  };
  timed("run/floor", &Inside::bare_fork, 20);
  timed("run/ours", &Inside::our_run, 20);
  timed("exec/ours", &Inside::our_exec, 10);
  timed("socket/floor", &Inside::bare_socket, 100);
  timed("socket/ours", &Inside::our_socket, 100);
  const auto self_timed = [&](const char* name, Inside::Seconds (Inside::*once)() const) {
    add(name, floor,
        [&inside, once](auto& state) {
          if (!inside) inside.emplace();
          repeat(state, [&] { return (*inside.*once)(); });
        })
        ->Iterations(10)
        ->Repetitions(20)
        ->Unit(benchmark::kMicrosecond);
  };
  self_timed("exec/iproute2", &Inside::ip_netns_exec);
  self_timed("spawn/floor", &Inside::bare_spawn);
  self_timed("spawn/ours", &Inside::our_spawn);
}

// Each fault's line is made once, untimed.
void add_whys(const FloorProcess& floor) {
  const auto timed = [&](const char* name, void (*break_it)(Node&)) {
    add(name, floor,
        [break_it](auto& state) {
          const BrokenLine line(break_it);
          (void)line.why();  // the first makes its watching sockets
          repeat(state, [&] { return line.why(); });
        })
        ->Iterations(3)
        ->Repetitions(5);
  };
  timed("why/route", does_not_forward);
  timed("why/firewall", has_a_firewall);
  timed("why/counters", has_a_filter);
  timed("why/kernel", has_an_ipsec_policy);
}

// VETHLAB_BENCH_DIRTY_MIB: as in a test that has written so much memory.
std::vector<char> dirty_memory() {
  const char* const size = std::getenv("VETHLAB_BENCH_DIRTY_MIB");
  return std::vector<char>(size != nullptr ? std::strtoul(size, nullptr, 10) << 20 : 0, 'x');
}

int run(std::vector<char*> arguments) {
  (void)internal::zygote();  // as RUN_ALL_TESTS does, before the program grows
  const FloorProcess floor;
  const Iproute2Shell shell;
  auto count = static_cast<int>(arguments.size());
  benchmark::Initialize(&count, arguments.data());
  if (benchmark::ReportUnrecognizedArguments(count, arguments.data())) return 1;
  add_stories(floor, shell);
  internal::LeakCheck leak_check;
  add_leak_check(floor, leak_check);
  add_meshes(floor);
  std::optional<Inside> inside;
  add_insides(floor, inside);
  add_whys(floor);
  const std::vector<char> dirty = dirty_memory();
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
