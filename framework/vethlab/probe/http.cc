#include <vethlab/probe/http.h>

#include <fmt/format.h>

namespace vethlab::probe {
namespace {

constexpr std::size_t kMostHeaders = 64 * 1024;

std::string answer(std::string_view status, const ClientAddress& client, std::string_view body) {
  return fmt::format(
      "HTTP/1.1 {}\r\n"
      "Content-Length: {}\r\n"
      "Content-Type: text/plain\r\n"
      "X-Client: {}\r\n"
      "Connection: close\r\n"
      "\r\n",
      status, body.size(), address_and_port(client));
}

// "GET /x HTTP/1.1": method, target, version.
bool is_request(std::string_view line) {
  const std::size_t target = line.find(' ');
  const std::size_t version = line.rfind(" HTTP/1.");
  return target != 0 && target != line.npos && version != line.npos && target < version;
}

}  // namespace

std::optional<std::string> http_answer(std::string_view heard, const ClientAddress& client,
                                       std::string_view body) {
  const std::string_view line = heard.substr(0, heard.find("\r\n"));
  const bool whole_line = line.size() < heard.size();
  if (heard.size() > kMostHeaders || (whole_line && !is_request(line)))
    return answer("400 Bad Request", client, {});
  if (heard.find("\r\n\r\n") == heard.npos) return std::nullopt;
  if (line.starts_with("GET ")) return answer("200 OK", client, body).append(body);
  if (line.starts_with("HEAD ")) return answer("200 OK", client, body);
  return answer("405 Method Not Allowed", client, {});
}

}  // namespace vethlab::probe
