// report.html as a browser shows it: Chromium, in a node from which only one other can be reached.
#include <vethlab/evidence/report_html.h>
#include <vethlab/fixtures/pair.h>

#include "evidence_sample.h"

#include <stdlib.h>

#include <cerrno>
#include <chrono>
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <system_error>
#include <vector>

using namespace testing;
using namespace vethlab;
using namespace std::chrono_literals;
using vethlab::evidence::Evidence;
using vethlab::evidence::report_html;

namespace {

namespace fs = std::filesystem;

void write_file(const fs::path& path, const std::string& text) {
  std::ofstream(path, std::ios::binary) << text;
}

std::string read_file(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::size_t count(const std::string& text, const std::string& what) {
  std::size_t n = 0;
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) ++n;
  return n;
}

// The page, allowed to run scripts: one of ours, which tells the page around it what there is to see.
std::string with_script(std::string page) {
  const std::string script = R"js(<script>addEventListener('load', () => {
  const count = what => document.querySelectorAll(what).length;
  parent.postMessage(JSON.stringify({
    title: document.title,
    heading: document.querySelector('h1')?.innerText,
    width: document.documentElement.scrollWidth,
    steps: count('li.step'),
    packets: count('li.packet'),
    failures: count('.failure-card'),
    nodes: count('.one-node'),
    broken: [...document.querySelectorAll('.wire.broken')].filter(e => e.checkVisibility()).length,
    color: getComputedStyle(document.querySelector('.wire.broken') ?? document.body).stroke,
    background: getComputedStyle(document.body).backgroundColor,
    images: count('img'),
    scripts: count('script'),
    requests: performance.getEntriesByType('resource').length,
  }), '*') })</script>)js";
  const std::size_t policy = page.find("<meta http-equiv");
  if (policy != std::string::npos) page.erase(policy, page.find('\n', policy) - policy);
  return page + script;
}

class ReportPage : public Test {
 protected:
  void SetUp() override {
    if (net_.a.exec({"sh", "-c", "command -v chromium"}).exit_code != 0)
      reporter().unsupported(
          Caller::here(),
          Unsupported("chromium is not installed\nTo mend it: apt install chromium"));
    std::string name = TempDir() + "report_page_XXXXXX";
    if (::mkdtemp(name.data()) == nullptr)
      throw std::system_error(errno, std::system_category(), "make " + name);
    dir_ = name;
  }
  ~ReportPage() override {
    if (!dir_.empty()) fs::remove_all(dir_);
  }

  // What Chromium says of the page when it is told to do this.
  ProgramResult chromium(const std::string& page, const std::vector<std::string>& what) {
    write_file(dir_ / "report.html", page);
    Argv argv = {"chromium",          "--headless=new",
                 "--no-sandbox",      "--disable-gpu",
                 "--hide-scrollbars", "--disable-dev-shm-usage",
                 "--no-first-run",    "--user-data-dir=" + (dir_ / "profile").string()};
    argv.insert(argv.end(), what.begin(), what.end());
    const std::string home = dir_.string();
    return net_.a.exec(
        argv, {.env = {{"HOME", home}, {"XDG_CONFIG_HOME", home}, {"XDG_CACHE_HOME", home}},
               .timeout = 50s});
  }

  std::string address(const char* file) const { return "file://" + (dir_ / file).string(); }

  // What there is to see of a page in windows so wide: an array, one of each.
  Json seen(const std::string& page, const std::vector<int>& widths, Argv options = {}) {
    std::string frames =
        "<!DOCTYPE html><body><script>const told = []; onmessage = e => {"
        "  for (let i = 0; i < frames.length; ++i) if (frames[i] === e.source) told[i] = e.data;"
        "  document.querySelector('pre').textContent = '\\n[' + told + ']\\n' "
        "}</script><pre></pre>";
    for (const int width : widths)
      frames += "<iframe src=report.html style='border: 0; width: " + std::to_string(width) +
                "px'></iframe>";
    write_file(dir_ / "frames.html", frames);
    options.insert(options.end(),
                   {"--virtual-time-budget=5000", "--dump-dom", address("frames.html")});
    const ProgramResult result = chromium(with_script(page), options);
    EXPECT_THAT(result, Succeeds());
    std::istringstream lines(result.out);
    for (std::string line; std::getline(lines, line);)
      if (line.starts_with("[{")) return Json::parse(line);
    ADD_FAILURE() << "the page said nothing: " << result;
    return Json::parse("[{}]");
  }

  PairNet net_;
  fs::path dir_ = {};
};

// Of rich(): 9 steps, and 54 packets of which each is in the page once, folded or not.
TEST_F(ReportPage, ShowsTheTestItsStepsAndTheBrokenHop) {
  const Json page = seen(report_html(samples::rich()), {1280}).at("/0");
  EXPECT_THAT(page, HasJson(R"js({"title": "Backbone.ClientReachesServerAcrossThreeRouters failed",
                                "heading": "✗ Backbone.ClientReachesServerAcrossThreeRouters",
                                "steps": 9, "packets": 54, "failures": 2, "nodes": 5,
                                "broken": 2, "color": "rgb(192, 36, 29)",
                                "background": "rgb(245, 246, 248)"
})js"));
}

TEST_F(ReportPage, IsDarkWhereTheReaderWantsIt) {
  const Json page =
      seen(report_html(samples::rich()), {1280}, {"--blink-settings=preferredColorScheme=0"})
          .at("/0");
  EXPECT_THAT(page, HasJson(R"js({"color": "rgb(255, 122, 112)", "background": "rgb(16, 19, 22)"
})js"));
}

constexpr const char* kNoWider = R"js([{"width": 320}, {"width": 390}, {"width": 1280}])js";

TEST_F(ReportPage, HasNoHorizontalScrolling) {
  EXPECT_THAT(seen(report_html(samples::rich()), {320, 390, 1280}), HasJson(kNoWider));
  // Would it be seen?
  EXPECT_THAT(
      seen("<!DOCTYPE html><body style='margin: 0'><h1 style='width: 700px'>wide</h1>", {390}),
      HasJson(R"js([{"width": 700}])js"));
}

TEST_F(ReportPage, HasNoHorizontalScrollingWhateverItTells) {
  EXPECT_THAT(seen(report_html(samples::hostile()), {320, 390, 1280}), HasJson(kNoWider));
}

TEST_F(ReportPage, HasNoHorizontalScrollingOfWideNetworks) {
  Evidence star;
  star.labs = {samples::star_of_8(), samples::ring_of(5)};
  EXPECT_THAT(seen(report_html(star), {320, 390, 1280}), HasJson(kNoWider));
}

TEST_F(ReportPage, HasOnePictureForEachWidth) {
  EXPECT_THAT(seen(report_html(samples::rich()), {390, 1280}),
              HasJson(R"js([{"broken": 2}, {"broken": 2}])js"))
      << "halves of a wire";
}

// The page as it is; then without its policy, in which case the escaping alone protects.
TEST_F(ReportPage, RequestsNothingAndRunsNothingWhateverItTells) {
  Server& elsewhere = net_.b.serve_http(80, "hello");
  const std::string page = report_html(samples::hostile());
  EXPECT_THAT(chromium(page, {"--dump-dom", address("report.html")}), Prints(HasSubstr("<h1>")));
  const Json shown = seen(page, {1280}).at("/0");
  EXPECT_THAT(shown, HasJson(R"js({"images": 0, "requests": 0, "scripts": 2})js"));
  EXPECT_THAT(shown.at("/title").text(), Not(HasSubstr("owned\"")));
  EXPECT_THAT(elsewhere.clients(), IsEmpty());
  // Would it be seen?
  chromium("<img src=http://10.0.0.2/picture.png>", {"--dump-dom", address("report.html")});
  EXPECT_THAT(elsewhere.clients(), Not(IsEmpty()));
}

TEST_F(ReportPage, IsWhatItsPolicyAllows) {
  const std::vector<std::string> logged = {"--enable-logging=stderr", "--dump-dom",
                                           address("report.html")};
  const std::string page = report_html(samples::rich());
  EXPECT_THAT(chromium(page, logged), Complains(Not(HasSubstr("Content Security Policy"))));
  EXPECT_THAT(chromium(page + "<script>1</script>", logged),
              Complains(HasSubstr("Content Security Policy")));
}

TEST_F(ReportPage, PrintsWhatIsFolded) {
  Evidence e = samples::rich();
  std::string& snapshot = e.labs[0].nodes[0].snapshot;
  for (int i = 0; i < 500; ++i) snapshot += "10.0." + std::to_string(i) + ".0/24 dev eth0\n";
  const std::string pdf = (dir_ / "report.pdf").string();
  EXPECT_THAT(chromium(report_html(e), {"--print-to-pdf=" + pdf, address("report.html")}),
              Succeeds());
  const std::string printed = read_file(pdf);
  EXPECT_THAT(printed, StartsWith("%PDF-"));
  EXPECT_GT(count(printed, "/Type /Page\n"), 9U) << "pages: 500 lines take that";
}

TEST_F(ReportPage, CanBePhotographed) {
  const std::string picture = (dir_ / "report.png").string();
  EXPECT_THAT(
      chromium(report_html(samples::rich()),
               {"--screenshot=" + picture, "--window-size=1280,2600", address("report.html")}),
      Succeeds());
  EXPECT_THAT(read_file(picture), AllOf(StartsWith("\x89PNG"), SizeIs(Gt(50'000))))
      << "less has a page without text";
}

}  // namespace
