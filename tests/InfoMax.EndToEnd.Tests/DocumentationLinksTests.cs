using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace InfoMax.EndToEnd.Tests;

/// <summary>Links, anchors and references of the README, the pages in docs and the XML documentation lead somewhere.</summary>
public sealed partial class DocumentationLinksTests
{
    private static readonly string[] Projects = ["Core", "Information", "Evaluation", "Baselines", "Datasets", "Reports"];

    [Fact]
    public void Pages_LinksAndAnchors_LeadSomewhere()
    {
        var faults = new List<string>();
        foreach (string page in Pages())
        {
            foreach (string target in Links(page))
            {
                string[] parts = target.Split('#', 2);
                string file = parts[0].Length == 0 ? page : Beside(page, Uri.UnescapeDataString(parts[0]));
                if (!File.Exists(file))
                {
                    faults.Add($"{Short(page)}: {target} is not there");
                }
                else if (parts.Length == 2 && !Anchors(file).Contains(parts[1]))
                {
                    faults.Add($"{Short(page)}: {target} has no such heading");
                }
            }
        }

        faults.Should().BeEmpty();
    }

    [Fact]
    public void Pages_AllButTheChangelog_AreInATableOfContents()
    {
        string docs = Path.Combine(Repository.Root, "docs");
        string[] listed = [.. Directory.EnumerateFiles(docs, "toc.yml", SearchOption.AllDirectories)
            .SelectMany(toc => Href().Matches(File.ReadAllText(toc)).Select(m => Beside(toc, m.Groups[1].Value)))];
        listed.Where(path => !path.EndsWith('/')).Where(path => !File.Exists(path)).Should().BeEmpty();
        Pages().Where(page => page.StartsWith(docs, StringComparison.Ordinal)).Except(listed).Select(Short)
            .Should().BeEquivalentTo("docs/index.md");
    }

    [Fact]
    public void Pages_Prose_HasAtMost140Columns()
    {
        Pages().SelectMany(page => WithoutCode(page, keepLines: true).Select((line, i) => (Page: page, Line: line, Number: i + 1)))
            .Where(l => l.Line.Length > 140 && !l.Line.StartsWith('|'))
            .Select(l => $"{Short(l.Page)}:{l.Number}").Should().BeEmpty();
    }

    [Fact]
    public void XmlDocumentation_References_AreResolved()
    {
        foreach (string project in Projects)
        {
            XDocument document = XDocument.Load(Path.Combine(AppContext.BaseDirectory, $"InfoMax.{project}.xml"));
            document.Descendants().Attributes("cref").Select(a => a.Value).Where(v => v.StartsWith("!:", StringComparison.Ordinal))
                .Should().BeEmpty(project);
            // docfx would show such parameters twice.
            document.Descendants("member")
                .Where(m => m.Elements("param").Any() && m.Elements("inheritdoc").Any(e => e.Attribute("path") is null))
                .Select(m => (string?)m.Attribute("name")).Should().BeEmpty(project);
        }
    }

    private static IEnumerable<string> Pages() =>
        Directory.EnumerateFiles(Path.Combine(Repository.Root, "docs"), "*.md", SearchOption.AllDirectories)
            .Append(Path.Combine(Repository.Root, "README.md"));

    private static string Beside(string page, string target) => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(page)!, target));

    private static string Short(string page) => Path.GetRelativePath(Repository.Root, page).Replace('\\', '/');

    private static IEnumerable<string> Links(string page) =>
        Link().Matches(string.Join('\n', WithoutCode(page, keepLines: false))).Select(m => m.Groups[1].Value)
            .Where(target => !target.StartsWith("http", StringComparison.Ordinal) && !target.StartsWith("xref:", StringComparison.Ordinal));

    /// <summary>The lines of a page outside of code blocks; with <paramref name="keepLines"/> empty ones in their place.</summary>
    private static IEnumerable<string> WithoutCode(string page, bool keepLines)
    {
        bool code = false;
        foreach (string line in File.ReadLines(page))
        {
            bool fence = line.TrimStart().StartsWith("```", StringComparison.Ordinal);
            code ^= fence;
            if (!code && !fence)
            {
                yield return line;
            }
            else if (keepLines)
            {
                yield return "";
            }
        }
    }

    /// <summary>The anchors of a page's headings, as GitHub and docfx make them.</summary>
    private static HashSet<string> Anchors(string page)
    {
        var anchors = new HashSet<string>(StringComparer.Ordinal);
        foreach (string line in WithoutCode(page, keepLines: false).Where(l => Heading().IsMatch(l)))
        {
            var anchor = new StringBuilder();
            foreach (char c in line.TrimStart('#').Trim().ToLowerInvariant().Where(c => char.IsLetterOrDigit(c) || c is ' ' or '-' or '_'))
            {
                anchor.Append(c == ' ' ? '-' : c);
            }

            string name = anchor.ToString();
            for (int i = 1; !anchors.Add(name); i++)
            {
                name = $"{anchor}-{i}";
            }
        }

        return anchors;
    }

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex("^#{1,6} ")]
    private static partial Regex Heading();

    [GeneratedRegex(@"href: (\S+)")]
    private static partial Regex Href();
}
