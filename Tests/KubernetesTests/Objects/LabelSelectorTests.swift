import Kubernetes
import Testing

@Suite("label selectors")
struct LabelSelectorTests {
  @Test(arguments: [
    ("", ""), ("  ", ""), ("team", "team"), ("!team", "!team"), ("team=a", "team=a"),
    (" team == a ", "team=a"), ("team!=a", "team!=a"), ("team=", "team="),
    ("example.com/team=a.b_c-D", "example.com/team=a.b_c-D"),
    ("env in (dev, test),team", "env in (dev,test),team"), ("env notin (a)", "env notin (a)"),
    ("env in (dev,)", "env in (dev,)"), ("a=b,c=d,!e", "a=b,c=d,!e"),
  ])
  func whatKubectlTakesIsTaken(text: String, normal: String) throws {
    #expect(try LabelSelector(text).description == normal)
  }

  @Test(arguments: [
    (",", "'' is not the key of a label"), ("a,,b", "'' is not the key of a label"),
    ("=a", "'' is not the key of a label"), ("a=b c", "'b c' is not the value of a label"),
    ("a b", "'a b' is not the key of a label"), ("-a=b", "'-a' is not the key of a label"),
    ("a/b/c", "'a/b/c' is not the key of a label"), ("/a", "'/a' is not the key of a label"),
    ("Example.com/a", "'Example.com/a' is not the key of a label"),
    ("a=b=c", "'b=c' is not the value of a label"),
    ("a in b", "'a in b' is not the key of a label"),
    ("a in (b", "its parentheses do not match"), ("a in b)", "its parentheses do not match"),
    ("a in ((b))", "its parentheses do not match"),
    ("a of (b)", "'a of (b)' is neither 'KEY in (…)' nor 'KEY notin (…)'"),
    ("in (b)", "'in (b)' is neither 'KEY in (…)' nor 'KEY notin (…)'"),
    ("a in (b) c", "'a in (b) c' is neither 'KEY in (…)' nor 'KEY notin (…)'"),
    (
      "a=\(String(repeating: "x", count: 64))",
      "'\(String(repeating: "x", count: 64))' is not the value of a label"
    ),
    ("é=a", "'é' is not the key of a label"), ("a&limit=1", "'a&limit' is not the key of a label"),
  ])
  func whatTheServerWouldRefuseIsRefused(text: String, message: String) {
    let error = #expect(throws: LabelSelector.Invalid.self) { try LabelSelector(text) }
    #expect(error?.description == message)
  }
}
