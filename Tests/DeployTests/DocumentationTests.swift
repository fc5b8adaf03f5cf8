import Documents
import Foundation
import TeleportSchema
import Testing

/// What can be checked of pages without reading them.
@Suite struct DocumentationTests {
  static let pages: [String] = {
    let docs = (try? Repository.files(under: "docs")) ?? []
    let decisions = (try? Repository.files(under: "docs/decisions")) ?? []
    return docs.filter { $0.hasSuffix(".md") }.map { "docs/" + $0 }
      + decisions.map { "docs/decisions/" + $0 }
      + ["README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md"]
  }()

  @Test(arguments: pages) func linksLeadSomewhere(page: String) throws {
    let text = try Repository.text(page)
    let folder = Repository.root.appendingPathComponent(page).deletingLastPathComponent()
    for match in text.matches(of: /\]\(([^)\s]+)\)/) {
      let target = String(match.1)
      if target.firstMatch(of: /^[a-z]+:/) != nil { continue }
      let parts = target.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
      let file =
        parts[0].isEmpty
        ? Repository.root.appendingPathComponent(page)
        : folder.appendingPathComponent(String(parts[0])).standardized
      #expect(FileManager.default.fileExists(atPath: file.path), "\(page): \(target)")
      guard parts.count == 2, file.pathExtension == "md" else { continue }
      let headings = try String(contentsOf: file, encoding: .utf8)
        .split(separator: "\n").filter { $0.hasPrefix("#") }.map(anchor)
      #expect(headings.contains(String(parts[1])), "\(page): \(target)")
    }
  }

  /// As GitHub makes it of a heading.
  private func anchor(_ heading: Substring) -> String {
    let words = heading.drop { $0 == "#" || $0 == " " }.lowercased()
    return String(
      words.compactMap { character -> Character? in
        if character == " " { return "-" }
        return character.isLetter || character.isNumber || "-_".contains(character)
          ? character : nil
      })
  }

  @Test(arguments: pages.filter { $0.hasPrefix("docs/") && !$0.contains("decisions") })
  func pagesSayWhatTheReaderWillHave(page: String) throws {
    let lines = try Repository.text(page).split(separator: "\n")
    #expect(lines.first?.hasPrefix("# ") == true)
    #expect(lines.dropFirst().first?.hasPrefix("At the end of this page you") == true, "\(page)")
  }

  @Test func manifestsInPagesAreValid() throws {
    var tried = 0
    for page in Self.pages {
      for match in try Repository.text(page).matches(of: /```yaml\n((?s).*?)```/)
      where match.1.contains("apiVersion") {
        for document in try JSONValue.documents(yaml: String(match.1))
        where document["apiVersion"]?.string?.hasPrefix("resources.teleport.dev/") == true {
          _ = try DeclaredResource(manifest: document)
          tried += 1
        }
      }
    }
    #expect(tried > 4)
  }

  @Test func decisionsAreListed() throws {
    let index = try Repository.text("docs/decisions/README.md")
    for file in try Repository.files(under: "docs/decisions") where file != "README.md" {
      #expect(index.contains("(\(file))"), "\(file)")
    }
  }

  @Test func everyTargetThatPagesNameIsThere() throws {
    let makefile = try Repository.text("Makefile")
    for page in Self.pages {
      // In sentences, "make" is a verb.
      for match in try Repository.text(page).matches(of: /[`$] ?make ([a-z-]+)/) {
        #expect(makefile.contains("\n\(match.1):"), "\(page): \(match.0)")
      }
    }
  }
}
