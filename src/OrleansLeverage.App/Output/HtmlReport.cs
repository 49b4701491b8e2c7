using System.Globalization;
using System.Net;
using System.Text;

namespace OrleansLeverage.App.Output;

/// <summary>
/// A page of words, tables and charts in one file: no script, nothing loaded from elsewhere. The same content gives the
/// same bytes.
/// </summary>
internal sealed class HtmlReport(string title)
{
    private const string Style = """
        body{font:14px/1.45 system-ui,sans-serif;max-width:900px;margin:24px auto;padding:0 16px;color:#222}
        table{border-collapse:collapse;margin:8px 0 20px;font-size:12px;font-variant-numeric:tabular-nums}
        th,td{border-bottom:1px solid #ddd;padding:3px 8px;text-align:right}
        th:first-child,td:first-child{text-align:left}
        svg{max-width:100%;height:auto}.bad{color:#b00020;font-weight:600}.good{color:#006b3c}
        @media (prefers-color-scheme:dark){body{background:#fff}}
        """;

    private readonly StringBuilder _body = new();

    public HtmlReport Heading(string text) => Raw($"<h2>{WebUtility.HtmlEncode(text)}</h2>\n");

    public HtmlReport Paragraph(string text) => Raw($"<p>{WebUtility.HtmlEncode(text)}</p>\n");

    public HtmlReport Chart(SvgChart chart) => Raw(chart.ToSvg(height: 320));

    public HtmlReport Table(ReportTable table)
    {
        _body.Append("<table><thead><tr>");
        foreach (var column in table.Columns)
        {
            _body.Append(CultureInfo.InvariantCulture, $"<th>{WebUtility.HtmlEncode(column)}</th>");
        }
        _body.Append("</tr></thead><tbody>\n");
        foreach (var row in table.ShownRows())
        {
            _body.Append("<tr>");
            foreach (var cell in row)
            {
                _body.Append(CultureInfo.InvariantCulture, $"<td>{WebUtility.HtmlEncode(cell)}</td>");
            }
            _body.Append("</tr>\n");
        }
        _body.Append("</tbody></table>\n");
        return this;
    }

    public string Render() => "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
        + "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">"
        + $"<title>{WebUtility.HtmlEncode(title)}</title><style>{Style}</style></head>\n"
        + $"<body><h1>{WebUtility.HtmlEncode(title)}</h1>\n{_body}</body></html>\n";

    /// <summary>Writes the page, which has its name only when it is whole.</summary>
    public void WriteTo(string path, Terminal terminal)
    {
        File.WriteAllText(path + ".partial", Render());
        File.Move(path + ".partial", path, overwrite: true);
        terminal.Error.WriteLine($"written: {path}");
    }

    private HtmlReport Raw(string text)
    {
        _body.Append(text);
        return this;
    }
}
