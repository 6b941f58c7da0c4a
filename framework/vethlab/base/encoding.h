#pragma once

#include <vethlab/base/probe.h>
#include <vethlab/base/unique_fd.h>

#include <array>
#include <cstddef>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

// How a value travels from a worker to the test: both are the same program, so that plain bytes do.
namespace vethlab::internal {

// The members of a struct that is no plain bytes, as a tuple of references: here, or in the struct's
// own namespace.
inline auto members(ProbeReport& r) {
  return std::tie(r.to, r.transport, r.sent, r.received, r.duplicates, r.rtt, r.ttl, r.error,
                  r.icmp, r.answered_by, r.echoes, r.waited);
}

template <class T>
concept HasMembers = requires(T& value) {
  members(value);
};

template <class T>
inline constexpr bool kIsView = false;
template <class C, class Traits>
inline constexpr bool kIsView<std::basic_string_view<C, Traits>> = true;
template <class T, std::size_t N>
inline constexpr bool kIsView<std::span<T, N>> = true;

// What can travel: numbers, enums and plain structs; strings; descriptors; values with members();
// vectors, arrays, maps, optionals, pairs and tuples of these. Whatever points into the worker cannot.
template <class T>
struct Returnable
    : std::bool_constant<HasMembers<T> || (std::is_trivially_copyable_v<T> &&
                                           !std::is_pointer_v<T> && !std::is_member_pointer_v<T> &&
                                           !std::is_reference_v<T> && !kIsView<T>)> {};
template <>
struct Returnable<void> : std::true_type {};
template <>
struct Returnable<std::string> : std::true_type {};
template <>
struct Returnable<UniqueFd> : std::true_type {};
template <class T>
struct Returnable<std::vector<T>> : Returnable<T> {};
template <class T, std::size_t N>
struct Returnable<std::array<T, N>> : Returnable<T> {};
template <class T>
struct Returnable<std::optional<T>> : Returnable<T> {};
template <class K, class V>
struct Returnable<std::map<K, V>> : std::conjunction<Returnable<K>, Returnable<V>> {};
template <class A, class B>
struct Returnable<std::pair<A, B>> : std::conjunction<Returnable<A>, Returnable<B>> {};
template <class... T>
struct Returnable<std::tuple<T...>> : std::conjunction<Returnable<T>...> {};

struct Encoded {
  std::string bytes = {};
  std::vector<UniqueFd> descriptors = {};
};

class Encoder {
 public:
  template <class T>
  void put(T& value) {
    if constexpr (HasMembers<T>) put_each(members(value));
    else put_plain(value);
  }
  void put(std::string& value) { put_sequence(value); }
  void put(UniqueFd& value) {  // handed over: no longer the value's
    bool some = static_cast<bool>(value);
    put(some);
    if (some) encoded_.descriptors.push_back(std::move(value));
  }
  template <class T>
  void put(std::vector<T>& value) {
    put_sequence(value);
  }
  void put(std::vector<bool>& value) {
    std::vector<char> plain(value.begin(), value.end());
    put(plain);
  }
  template <class T, std::size_t N>
  void put(std::array<T, N>& value) {
    for (T& each : value) put(each);
  }
  template <class T>
  void put(std::optional<T>& value) {
    bool some = value.has_value();
    put(some);
    if (some) put(*value);
  }
  template <class K, class V>
  void put(std::map<K, V>& value) {
    std::vector<std::pair<K, V>> plain(value.begin(), value.end());
    put(plain);
  }
  template <class A, class B>
  void put(std::pair<A, B>& value) {
    put(value.first);
    put(value.second);
  }
  template <class... T>
  void put(std::tuple<T...>& value) {
    put_each(value);
  }

  Encoded take() { return std::move(encoded_); }

 private:
  template <class T>
  void put_plain(T& value) {
    static_assert(std::is_trivially_copyable_v<T>);
    put_bytes(&value, sizeof value);
  }
  void put_bytes(const void* from, std::size_t size);
  template <class Tuple>
  void put_each(Tuple&& all) {
    std::apply([this](auto&... each) { (this->put(each), ...); }, all);
  }
  template <class Sequence>
  void put_sequence(Sequence& value) {
    std::size_t size = value.size();
    put(size);
    if constexpr (std::is_same_v<Sequence, std::string>) put_bytes(value.data(), size);
    else
      for (auto& each : value) put(each);
  }

  Encoded encoded_;
};

class Decoder {
 public:
  explicit Decoder(Encoded encoded) : encoded_(std::move(encoded)) {}

  template <class T>
  T take() {
    T value{};
    get(value);
    return value;
  }

 private:
  template <class T>
  void get(T& value) {
    if constexpr (HasMembers<T>) get_each(members(value));
    else get_plain(value);
  }
  void get(std::string& value) {
    value.resize(take_size(1));
    get_bytes(value.data(), value.size());
  }
  void get(UniqueFd& value) {
    if (!take<bool>()) return;
    if (next_descriptor_ == encoded_.descriptors.size()) cut_off();
    value = std::move(encoded_.descriptors[next_descriptor_++]);
  }
  template <class T>
  void get(std::vector<T>& value) {
    const std::size_t size = take_size(0);
    for (std::size_t i = 0; i < size; ++i) value.push_back(take<T>());
  }
  void get(std::vector<bool>& value) {
    const auto plain = take<std::vector<char>>();
    value.assign(plain.begin(), plain.end());
  }
  template <class T, std::size_t N>
  void get(std::array<T, N>& value) {
    for (T& each : value) get(each);
  }
  template <class T>
  void get(std::optional<T>& value) {
    if (take<bool>()) value = take<T>();
  }
  template <class K, class V>
  void get(std::map<K, V>& value) {
    for (auto& each : take<std::vector<std::pair<K, V>>>()) value.insert(std::move(each));
  }
  template <class A, class B>
  void get(std::pair<A, B>& value) {
    get(value.first);
    get(value.second);
  }
  template <class... T>
  void get(std::tuple<T...>& value) {
    get_each(value);
  }
  template <class Tuple>
  void get_each(Tuple&& all) {
    std::apply([this](auto&... each) { (this->get(each), ...); }, all);
  }
  std::size_t take_size(std::size_t least_each) {
    const auto size = take<std::size_t>();
    if (size * least_each > encoded_.bytes.size() - at_) cut_off();
    return size;
  }
  template <class T>
  void get_plain(T& value) {
    static_assert(std::is_trivially_copyable_v<T>);
    get_bytes(&value, sizeof value);
  }
  void get_bytes(void* to, std::size_t size);
  [[noreturn]] static void cut_off();

  Encoded encoded_;
  std::size_t at_ = 0;
  std::size_t next_descriptor_ = 0;
};

}  // namespace vethlab::internal
