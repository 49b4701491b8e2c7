using System.Globalization;
using System.Text;
using Xunit;

namespace OrleansLeverage.Tests.Web.Metrics;

/// <summary>One sample: its series' own name (with _bucket and so on), labels and value.</summary>
internal sealed record Sample(string Name, IReadOnlyDictionary<string, string> Labels, double Value);

/// <summary>Everything of one name: its type, help and samples.</summary>
internal sealed record Family(string Name, string Type, string Help, List<Sample> Samples);

/// <summary>
/// Reads the text format 0.0.4 as prometheus.io/docs/instrumenting/exposition_formats describes it, strictly: HELP and
/// TYPE once and before the samples, samples of a name together, no series twice, nothing left over.
/// </summary>
internal static class Exposition
{
    public static IReadOnlyDictionary<string, Family> Parse(string text)
    {
        Assert.EndsWith("\n", text);
        Assert.DoesNotContain("\r", text);
        var families = new Dictionary<string, Family>(StringComparer.Ordinal);
        var series = new HashSet<string>(StringComparer.Ordinal);
        Family? current = null;
        var help = "";
        foreach (var line in text[..^1].Split('\n'))
        {
            if (line.StartsWith("# HELP ", StringComparison.Ordinal))
            {
                var (_, words) = Split(line[7..]);
                help = words.Replace("\\n", "\n", StringComparison.Ordinal)
                    .Replace("\\\\", "\\", StringComparison.Ordinal);
            }
            else if (line.StartsWith("# TYPE ", StringComparison.Ordinal))
            {
                var (name, type) = Split(line[7..]);
                Assert.Contains(type, new[] { "counter", "gauge", "histogram" });
                Assert.Matches("^[a-zA-Z_:][a-zA-Z0-9_:]*$", name);
                families.Add(name, current = new Family(name, type, help, []));
                help = "";
            }
            else
            {
                var sample = Read(line);
                Assert.NotNull(current);
                Assert.True(Belongs(sample.Name, current), $"{sample.Name} among those of {current.Name}");
                Assert.True(series.Add(sample.Name + string.Concat(sample.Labels.OrderBy(row => row.Key,
                    StringComparer.Ordinal).Select(row => $"|{row.Key}={row.Value}"))), $"twice: {line}");
                current.Samples.Add(sample);
            }
        }
        Assert.All(families.Values, family => Assert.NotEmpty(family.Samples));
        return families;
    }

    private static bool Belongs(string sample, Family family) => family.Type == "histogram"
        ? sample == family.Name + "_bucket" || sample == family.Name + "_sum" || sample == family.Name + "_count"
        : sample == family.Name;

    private static (string First, string Remainder) Split(string text)
    {
        var space = text.IndexOf(' ', StringComparison.Ordinal);
        return (text[..space], text[(space + 1)..]);
    }

    private static Sample Read(string line)
    {
        var at = 0;
        var name = Word(line, ref at, letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or ':');
        var labels = new Dictionary<string, string>(StringComparer.Ordinal);
        if (line[at] == '{')
        {
            at++;
            while (line[at] != '}')
            {
                var label = Word(line, ref at, letter => char.IsAsciiLetterOrDigit(letter) || letter == '_');
                Assert.Equal("=\"", line.Substring(at, 2));
                at += 2;
                labels.Add(label, Quoted(line, ref at));
                at += line[at] == ',' ? 1 : 0;
            }
            at++;
        }
        Assert.Equal(' ', line[at]);
        var number = line[(at + 1)..];
        return new Sample(name, labels, number switch
        {
            "+Inf" => double.PositiveInfinity,
            "-Inf" => double.NegativeInfinity,
            _ => double.Parse(number, NumberStyles.Float, CultureInfo.InvariantCulture),
        });
    }

    private static string Word(string line, ref int at, Func<char, bool> isPart)
    {
        var from = at;
        while (at < line.Length && isPart(line[at]))
        {
            at++;
        }
        Assert.True(at > from && !char.IsAsciiDigit(line[from]), $"a name is missing in: {line}");
        return line[from..at];
    }

    private static string Quoted(string line, ref int at)
    {
        var text = new StringBuilder();
        while (line[at] != '"')
        {
            if (line[at] == '\\')
            {
                at++;
                Assert.Contains(line[at], "\\\"n");
                text.Append(line[at] == 'n' ? '\n' : line[at]);
            }
            else
            {
                text.Append(line[at]);
            }
            at++;
        }
        at++;
        return text.ToString();
    }
}
