import Foundation
import Testing

@testable import Reporting

@Suite("What the owners of lists are told")
struct NotificationTests {
    @Test("Identifiers made of names are those of RFC 9562")
    func nameUUIDs() {
        // Appendix A.4 of RFC 9562.
        #expect(
            NameUUID.domainNames.named("www.example.com").text
                == "2ed6657d-e927-568b-95e1-2665a8aea6a2"
        )
        // As Python's uuid.uuid5(uuid.NAMESPACE_DNS, "python.org").
        #expect(
            NameUUID.domainNames.named("python.org").text == "886313e1-3b8a-5372-9b90-0c9aee199e5d"
        )
        let space = NameUUID(case: "2ED6657D-E927-568B-95E1-2665A8AEA6A2")
        #expect(space.text == "2ed6657d-e927-568b-95e1-2665a8aea6a2")
        #expect(space.named("a").text != space.named("b").text)
        #expect(NameUUID(case: "not a UUID").text == NameUUID(case: "not a UUID").text)
    }

    @Test(
        "Names of folders stay in their folder, whatever the owner is called",
        arguments: [
            "", ".", "..", "../../etc", "/", "a/b", "a\0b", "\u{202E}gpj", "a\nb", "-rf", "~",
            "Ünï",
            String(repeating: "x", count: 1000), "README.txt", ".old",
        ]
    )
    func hostileSlugs(name: String) {
        let slug = BundleSlug.slug(name)
        let allowed = Set("abcdefghijklmnopqrstuvwxyz0123456789-")
        #expect(slug.allSatisfy { allowed.contains($0) })
        #expect(slug.first != "-" && slug.count >= 12 && slug.count <= 61)
    }

    @Test("Names that look alike have folders of their own")
    func slugsDiffer() {
        let names = ["A B", "a b", "a-b", "a_b", "A/B", "a  b", BundleSlug.slug("a b")]
        #expect(Set(names.map(BundleSlug.slug)).count == names.count)
        #expect(BundleSlug.slug("National Centre").hasPrefix("national-centre-"))
    }

    @Test("What XML cannot hold is replaced, and what it would change is escaped")
    func escaping() {
        #expect(
            XMLText.escaped("<a href=\"x\">&]]></a>\t\n\r")
                == "&lt;a href=&quot;x&quot;&gt;&amp;]]&gt;&lt;/a&gt;&#9;&#10;&#13;"
        )
        #expect(
            XMLText.escaped("a\u{0}b\u{1B}c\u{FFFF}d\u{FFFE}")
                == "a\u{FFFD}b\u{FFFD}c\u{FFFD}d\u{FFFD}"
        )
        #expect(XMLText.escaped("é\u{1F600}\u{7F}") == "é\u{1F600}\u{7F}")
        #expect(!XMLText.canHold("\u{8}") && XMLText.canHold("\u{E000}\u{10FFFF}"))
    }

    @Test("Elements are nested, and their attributes escaped")
    func elements() {
        var xml = XMLText()
        xml.element("a", [("n", "\"<")]) { xml in
            xml.leaf("b", "1 < 2")
        }
        #expect(
            xml.text == """
                <?xml version="1.0" encoding="UTF-8"?>
                <a n="&quot;&lt;">
                 <b>1 &lt; 2</b>
                </a>

                """
        )
    }

    @Test("A node has the same bytes however it was put together")
    func nodes() throws {
        let node = JSONNode.object(present: [
            "b": .integer(.max), "a": .list([.text("\u{0}\"/"), .truth(true), .number(0.25)]),
            "c": nil,
        ])
        #expect(
            try node.jsonLine()
                == "{\"a\":[\"\\u0000\\\"/\",true,0.25],\"b\":9223372036854775807}\n"
        )
    }
}
