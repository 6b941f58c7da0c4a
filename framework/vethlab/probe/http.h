// private
#pragma once

#include <vethlab/base/client_address.h>

#include <optional>
#include <string>
#include <string_view>

namespace vethlab::probe {

// What a tiny HTTP/1.1 server (RFC 9112) says to what it has heard so far; none: the request is not
// whole yet. 200 and `body` to a GET of anything, the same without the body to a HEAD, 405 to another
// method, 400 to what is no HTTP. One request a connection. Pure.
std::optional<std::string> http_answer(std::string_view heard, const ClientAddress& client,
                                       std::string_view body);

}  // namespace vethlab::probe
