#include <vethlab/evidence/report_html.h>

#include <vethlab/evidence/html_text.h>
#include <vethlab/evidence/picture_svg.h>
#include <vethlab/evidence/report_parts.h>
#include <vethlab/evidence/text.h>

#include <algorithm>
#include <cctype>
#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include <fmt/format.h>

namespace vethlab::evidence {
namespace {

constexpr std::size_t kMostText = 16'000;
constexpr std::size_t kMostFailures = 50;
constexpr std::size_t kMostDrawn = 60;  // nodes
constexpr double kPhone = 360;          // pixels; a wider picture has a second one, that is taller

// Unfolds what is folded while the page is printed, where the style sheet cannot. The policy
// names its hash: `printf %s "$script" | openssl dgst -sha256 -binary | base64`.
constexpr const char* kScript =
    "const folded=[];addEventListener('beforeprint',()=>{for(const each of "
    "document.querySelectorAll("
    "'details:not([open])')){each.open=true;folded.push(each)}});addEventListener('afterprint',()=>"
    "{while("
    "folded.length)folded.pop().open=false})";
constexpr const char* kScriptHash = "pNDYui+kIvLch5BfjfWfIo77M6TUXKAP2QPOrvWqn0s=";

std::string head(const Evidence& evidence) {
  return fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
      "'unsafe-inline'; img-src data:; script-src 'sha256-{}'\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<link rel=\"icon\" href=\"data:,\">\n<title>{} failed</title>\n<style>\n{}</style>\n"
      "<script>{}</script>\n</head>\n",
      kScriptHash, html(clipped(evidence.test, 200)), style_sheet(), kScript);
}

std::string first_line(std::string_view text) {
  return std::string(text.substr(0, text.find('\n')));
}
std::string other_lines(std::string_view text) {
  const std::size_t end = text.find('\n');
  return end == std::string_view::npos ? std::string() : std::string(text.substr(end + 1));
}

std::string failure_html(const Failure& failure, std::size_t index) {
  std::string at;
  if (!failure.file.empty()) at = html(fmt::format("{}:{}", failure.file, failure.line));
  return fmt::format(
      "<section class=\"card failure-card\" id=\"failure-{0}\">\n<p class=\"at\">{1} <a "
      "href=\"#at-failure-{0}\">at {2:.3f} s</a></p>\n<pre>{3}</pre>\n</section>\n",
      index + 1, at, std::chrono::duration<double>(failure.at).count(),
      html(bounded(failure.text, kMostText)));
}

// A test's name, as HTML that may be broken where its words begin.
std::string breakable(std::string_view name) {
  std::string out;
  for (const char c : html(name)) {
    const bool begins = std::isupper(static_cast<unsigned char>(c)) != 0 && !out.empty() &&
                        std::islower(static_cast<unsigned char>(out.back())) != 0;
    if (begins || c == '/') out += "<wbr>";
    out += c;
    if (c == '.') out += "<wbr>";
  }
  return out;
}

// The first failure, why, and then the others.
std::string failures_html(const Evidence& evidence) {
  const auto& failures = evidence.failures;
  std::string out;
  if (!failures.empty()) out += failure_html(failures[0], 0);
  if (!evidence.diagnosis.empty()) {
    const std::string rest = other_lines(evidence.diagnosis);
    out += fmt::format(
        "<section class=\"card why\"><p>{}</p>\n{}</section>\n",
        html(bounded(first_line(evidence.diagnosis), kMostText)),
        rest.empty() ? rest : fmt::format("<pre>{}</pre>\n", html(bounded(rest, kMostText))));
  }
  if (failures.size() < 2) return out;
  std::string others;
  const std::size_t end = std::min(failures.size(), kMostFailures);
  for (std::size_t i = 1; i < end; ++i) others += failure_html(failures[i], i);
  if (end < failures.size())
    others += fmt::format("<p class=\"quiet\">… and {} more</p>\n", failures.size() - end);
  return out + fmt::format("<details class=\"others\"><summary>{}</summary>\n{}</details>\n",
                           counted(failures.size() - 1, "further failure"), others);
}

std::string notes_html(const Evidence& evidence) {
  std::string out;
  for (const std::string& text : evidence.notes)
    out += fmt::format("<li>{}</li>\n", html(bounded(text, 4000)));
  for (const Lab& lab : evidence.labs)
    if (!lab.trouble.empty()) out += fmt::format("<li>{}</li>\n", html(bounded(lab.trouble, 4000)));
  if (out.empty()) return out;
  return fmt::format("<h2 id=\"missing\">Missing here</h2>\n<ul class=\"warning\">\n{}</ul>\n",
                     out);
}

std::string pictures(const Lab& lab, const std::optional<BrokenHop>& broken) {
  if (lab.nodes.size() > kMostDrawn)
    return fmt::format("<p class=\"quiet\">{}: too many to be drawn here.</p>\n",
                       counted(lab.nodes.size(), "node"));
  const Picture right = network_picture(lab, broken, Direction::kRight);
  if (right.width <= kPhone) return fmt::format("<div class=\"wide\">{}</div>\n", right.svg);
  const Picture down = network_picture(lab, broken, Direction::kDown);
  if (down.width >= right.width) return fmt::format("<div class=\"wide\">{}</div>\n", right.svg);
  return fmt::format(
      "<div class=\"wide on-wide\">{}</div>\n<div class=\"wide on-narrow\">{}</div>\n", right.svg,
      down.svg);
}

// A sentence most often says itself where that is: "r1's firewall drops it".
bool names(const std::string& sentence, const std::string& node) {
  const auto is_word = [&](std::size_t i) {
    return i < sentence.size() && (std::isalnum(static_cast<unsigned char>(sentence[i])) != 0 ||
                                   sentence[i] == '_' || sentence[i] == '-');
  };
  for (auto at = sentence.find(node); at != sentence.npos; at = sentence.find(node, at + 1))
    if ((at == 0 || !is_word(at - 1)) && !is_word(at + node.size())) return true;
  return false;
}

std::string broken_html(const BrokenHop& broken) {
  std::string where;
  if (!names(broken.what, broken.node)) where = html(clipped(broken.node, 60)) + " ";
  if (!where.empty() && !broken.dev.empty())
    where += fmt::format("<b>{}</b> ", html(clipped(broken.dev, 60)));
  return fmt::format("<p class=\"bad\">✗ {}{}</p>\n", where, html(bounded(broken.what, 1000)));
}

std::string legend(const Lab& lab, const std::optional<BrokenHop>& broken) {
  std::string out;
  if (broken) out += broken_html(*broken);
  const auto& wires = lab.wires;
  const bool down = std::any_of(wires.begin(), wires.end(),
                                [](const Wire& wire) { return !wire.a.up || !wire.b.up; });
  const bool drops =
      std::any_of(wires.begin(), wires.end(), [](const Wire& wire) { return wire.drops; });
  if (down || drops)
    out += fmt::format("<p class=\"quiet\">{}{}{}.</p>\n",
                       down ? "Dashed: an end that is down" : "", down && drops ? "; " : "",
                       drops ? "dotted: a wire that loses all (drop_all)" : "");
  return out.empty() ? out : fmt::format("<figcaption>{}</figcaption>\n", out);
}

std::string network_html(const Evidence& evidence) {
  if (evidence.labs.empty()) return {};
  std::string out = "<h2 id=\"network\">Network</h2>\n";
  for (std::size_t i = 0; i < evidence.labs.size(); ++i) {
    const Lab& lab = evidence.labs[i];
    const auto broken =
        evidence.broken && evidence.broken->lab == i ? evidence.broken : std::optional<BrokenHop>();
    out += fmt::format("<figure class=\"card\">{}{}{}</figure>\n", lab_title_html(evidence, i),
                       pictures(lab, broken), legend(lab, broken));
  }
  return out;
}

// A name as part of an address, below the page's folder.
std::string link_to(const std::string& name) {
  std::string out = "./";
  for (const char c : name) {
    if (std::isalnum(static_cast<unsigned char>(c)) ||
        std::string_view("-_.~/").find(c) != std::string_view::npos)
      out += c;
    else out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return out;
}

std::string files_html(const Evidence& evidence) {
  if (evidence.files.empty()) return {};
  std::string out = "<h2 id=\"files\">Files beside this one</h2>\n<ul class=\"card files\">\n";
  for (const File& file : evidence.files)
    out += fmt::format("<li><a href=\"{}\">{}</a> <span class=\"quiet\">{}</span></li>\n",
                       link_to(file.name), html(file.name), html(bounded(file.what, 1000)));
  return out + "</ul>\n";
}

std::string link(const std::string& to, const std::string& text) {
  return fmt::format("<a href=\"#{}\">{}</a>\n", to, html(text));
}

std::string contents(const Evidence& evidence, const std::string& timeline,
                     const std::string& missing) {
  std::string out = "<nav>\n";
  if (!evidence.labs.empty()) out += link("network", "Network");
  if (!timeline.empty()) out += link("timeline", "Timeline");
  std::size_t left = kMostDrawn;
  for (std::size_t lab = 0; lab < evidence.labs.size(); ++lab)
    for (std::size_t node = 0; node < evidence.labs[lab].nodes.size() && left > 0; ++node, --left)
      out += link(node_anchor(lab, node), clipped(evidence.labs[lab].nodes[node].name, 30));
  if (!evidence.files.empty()) out += link("files", "Files");
  if (!missing.empty()) out += link("missing", "Missing");
  return out + "</nav>\n";
}

}  // namespace

std::string counted(std::size_t count, const char* noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

std::string lab_title_html(const Evidence& evidence, std::size_t lab) {
  const Lab& it = evidence.labs[lab];
  if (evidence.labs.size() == 1 && !it.ended) return {};
  return fmt::format("<p class=\"lab\"><b>Lab {}</b>{}{}</p>\n", lab + 1,
                     it.made.empty() ? "" : ", made at " + html(bounded(it.made, 1000)),
                     it.ended ? ", as it was at its end" : "");
}

std::string place_html(const std::string& file, int line) {
  if (file.empty()) return {};
  return fmt::format("<span class=\"place\" title=\"{}\">{}:{}</span>", html(file),
                     html(file_name(file)), line);
}

std::string report_html(const Evidence& evidence) {
  const std::string timeline = timeline_html(evidence);
  const std::string missing = notes_html(evidence);
  const char* between = evidence.when.empty() || evidence.program.empty() ? "" : " · ";
  std::string out = head(evidence);
  out += fmt::format(
      "<body>\n<main>\n<header>\n<h1><span class=\"bad\">✗</span> {}</h1>\n<p "
      "class=\"quiet\">{}{}{}</p>\n</header>\n",
      breakable(clipped(evidence.test, 300)), html(clipped(evidence.when, 100)), between,
      html(bounded(evidence.program, 2000)));
  out += failures_html(evidence) + contents(evidence, timeline, missing) + network_html(evidence);
  out += timeline + nodes_html(evidence) + files_html(evidence) + missing;
  return out + "</main>\n</body>\n</html>\n";
}

}  // namespace vethlab::evidence
