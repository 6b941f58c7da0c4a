// private
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace vethlab::evidence {

// Text as HTML shows it, in an element or in a quoted attribute, whatever its bytes are: what is no
// UTF-8 becomes U+FFFD, as do characters that turn the direction of writing; control characters
// become their pictures (U+2400 …), newlines and tabs stay.
std::string html(std::string_view text);

// At most `most` bytes of it: its beginning and its end, cut where lines or characters end, and
// between them a line that says how many bytes are left out.
std::string bounded(std::string_view text, std::size_t most);

// How many characters a text has: bytes that are no UTF-8 count as one each.
std::size_t characters(std::string_view text);

// "eth0", or what is too long as "a-very-lo…".
std::string clipped(std::string_view text, std::size_t most_characters);

}  // namespace vethlab::evidence
