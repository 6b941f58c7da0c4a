// Text of any kind, as HTML shows it.
#include <vethlab/evidence/html_text.h>

#include <gmock/gmock.h>

#include <string>

using namespace testing;
using namespace vethlab::evidence;

namespace {

TEST(HtmlText, IsNoMarkup) {
  EXPECT_EQ(html(R"(<b class="x">a & 'b'</b>)"),
            "&lt;b class=&quot;x&quot;&gt;a &amp; &#39;b&#39;&lt;/b&gt;");
}

TEST(HtmlText, KeepsWhatIsUtf8) {
  EXPECT_EQ(html("köln ─ok→ 東京 🙂\tend\n"), "köln ─ok→ 東京 🙂\tend\n");
}

TEST(HtmlText, ShowsWhatIsNoUtf8) {
  const std::string bad = "\uFFFD";
  EXPECT_EQ(html("a\xFFz"), "a" + bad + "z");
  EXPECT_EQ(html("\xC3"), bad) << "cut off";
  EXPECT_EQ(html("\xC0\xAF"), bad + bad) << "longer than necessary";
  EXPECT_EQ(html("\xE0\x80\x80"), bad + bad + bad) << "the same, of three bytes";
  EXPECT_EQ(html("\xED\xA0\x80"), bad + bad + bad) << "half of a surrogate pair";
  EXPECT_EQ(html("\xF4\x90\x80\x80"), bad + bad + bad + bad) << "above U+10FFFF";
  EXPECT_EQ(html("\xC3<"), bad + "&lt;") << "markup after a first byte";
}

TEST(HtmlText, ShowsControlCharactersAsPictures) {
  EXPECT_EQ(html(std::string("\0\x1B[31m\x7F", 7)), "␀␛[31m␡");
  EXPECT_EQ(html("one\r\ntwo\rthree"), "one\ntwo␍three");
  EXPECT_EQ(html("\u0085"), "\uFFFD") << "one of the other controls, U+0080 to U+009F";
}

TEST(HtmlText, DoesNotTurnTheDirectionOfWriting) {
  EXPECT_EQ(html("a\u202Eb\u2066c\u200F"), "a\uFFFDb\uFFFDc\uFFFD");
}

TEST(BoundedText, IsWhatFits) { EXPECT_EQ(bounded("12345", 5), "12345"); }

TEST(BoundedText, KeepsTheBeginningAndMoreOfTheEnd) {
  EXPECT_EQ(bounded(std::string(10, 'a') + std::string(10, 'b'), 9),
            "aaa\n… 11 bytes left out here …\nbbbbbb");
}

TEST(BoundedText, IsCutWhereLinesEnd) {
  std::string text;
  for (int i = 100; i < 200; ++i) text += "line " + std::to_string(i) + "\n";
  EXPECT_THAT(bounded(text, 200),
              AllOf(StartsWith("line 100\n"),
                    HasSubstr("line 106\n… 712 bytes left out here …\nline 186\n"),
                    EndsWith("line 199\n")));
}

TEST(BoundedText, IsCutWhereCharactersEnd) {
  for (int most = 20; most < 40; ++most) {
    std::string text;
    for (int i = 0; i < 50; ++i) text += "🙂";
    EXPECT_THAT(html(bounded(text, static_cast<std::size_t>(most))), Not(HasSubstr("\uFFFD")))
        << most;
  }
}

TEST(BoundedText, OfBytesThatAreNoCharactersIsNoLonger) {
  EXPECT_THAT(bounded(std::string(10'000, '\x80'), 1000), SizeIs(Le(1050)));
}

TEST(ClippedText, CountsCharactersAndNotBytes) {
  EXPECT_EQ(characters("köln\xFF"), 5U);
  EXPECT_EQ(clipped("köln", 4), "köln");
  EXPECT_EQ(clipped("kölner", 4), "köl…");
}

}  // namespace
