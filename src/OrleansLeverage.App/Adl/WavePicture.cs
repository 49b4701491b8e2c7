using System.Globalization;
using System.Text;
using OrleansLeverage.Engine.Deleveraging.Study;

namespace OrleansLeverage.App.Adl;

/// <summary>
/// 10 October 2025 as a picture: needed and taken of every wave in pairs of bars, then what each policy would have
/// taken of all waves against the line of what was needed.
/// </summary>
internal sealed class WavePicture
{
    private const int Width = 940;
    private const int Left = 132;
    private const int Right = 770;
    private const int Head = 64;
    private const int WaveHeight = 32;
    private const int PolicyHeight = 24;
    private const string Needed = "#4c78a8";
    private const string Taken = "#e45756";
    private const string Grey = "#6b7280";

    // keeps a figure legible where the line of what was needed runs through it
    private const string Halo = " paint-order=\"stroke\" stroke=\"#ffffff\" stroke-width=\"3\"";

    private static readonly decimal[] RootTicks = [100_000m, 1_000_000m, 5_000_000m, 10_000_000m, 20_000_000m];

    private readonly StringBuilder _svg = new();

    public static string Of(AdlEventStudy study)
    {
        var picture = new WavePicture();
        var policies = Policies(study);
        var second = Head + (study.Waves.Count * WaveHeight) + 44;
        var height = second + Head + (policies.Count * PolicyHeight) + 16;
        picture.Append($"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{Width}\" height=\"{height}\" ");
        picture.Append($"viewBox=\"0 0 {Width} {height}\" font-family=\"sans-serif\" font-size=\"11\" role=\"img\">\n");
        picture.Append($"<title>10 October 2025: needed and taken per wave, and by policy</title>\n");
        picture.Append($"<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n");
        picture.Waves(study);
        picture.All(policies, study.NeededUsd, second);
        return picture._svg.Append("</svg>\n").ToString();
    }

    private static List<(string Name, decimal Usd, bool IsOurs)> Policies(AdlEventStudy study) =>
    [
        .. AdlEventStudy.Policies.Select(name => (name, study.Cumulative(name).BudgetUsd, false)),
        .. AdlEventStudy.OwnPolicies.Select(name => (name, study.OwnCumulative(name).TakenUsd, true)),
    ];

    private void Waves(AdlEventStudy study)
    {
        Words(16, 20, "10 October 2025: what each wave needed and what was taken", "start", "#111827",
            "font-size=\"14\" font-weight=\"bold\"");
        Words(16, 37, "USD; lengths grow with the square root of the amount, so that small waves are seen", "start");
        Key(Left, 50, Needed, "needed");
        Key(Left + 76, 50, Taken, "taken in production");
        Words(Width - 20, 56, "taken / needed", "end");
        var rows = study.Waves.Select(wave => (wave.Wave, Time: wave.Start, Needed: wave.NeededUsd,
            Taken: wave.Policies.First(policy => policy.Policy == "prod").BudgetUsd)).ToList();
        var largest = rows.Max(row => Root(Math.Max(row.Needed, row.Taken)));
        var bottom = Head + (rows.Count * WaveHeight);
        foreach (var tick in RootTicks)
        {
            Tick(Left + ((Right - Left) * Root(tick) / largest), Head, bottom, Short(tick));
        }
        for (var i = 0; i < rows.Count; i++)
        {
            var (y, row) = (Head + (i * WaveHeight), rows[i]);
            Words(16, y + 20, $"wave {row.Wave}", "start", "#111827");
            Words(Left - 8, y + 20, Clock(row.Time), "end");
            Bar(y + 5, Root(row.Needed) / largest, Needed, Whole(row.Needed));
            Bar(y + 17, Root(row.Taken) / largest, Taken, Whole(row.Taken));
            var ratio = row.Needed > 0m ? row.Taken / row.Needed : 0m;
            Words(Width - 20, y + 20, Times(ratio), "end", ratio > 1m ? Taken : Needed, "font-weight=\"bold\"");
        }
    }

    private void All(List<(string Name, decimal Usd, bool IsOurs)> policies, decimal needed, int top)
    {
        Words(16, top, "All waves: what each policy would have taken", "start", "#111827",
            "font-size=\"14\" font-weight=\"bold\"");
        Words(16, top + 17, "USD, linear; the line is what was needed; policies of the study, then ours", "start");
        Words(Width - 20, top + 36, "against needed", "end");
        var largest = (double)policies.Max(policy => policy.Usd);
        var first = top + 44;
        var x = Left + ((Right - Left) * (double)needed / largest);
        Append($"<line x1=\"{x:0.#}\" x2=\"{x:0.#}\" y1=\"{first}\" ");
        Append($"y2=\"{first + (policies.Count * PolicyHeight)}\" stroke=\"{Needed}\" stroke-width=\"2\"/>\n");
        for (var i = 0; i < policies.Count; i++)
        {
            var (y, policy) = (first + (i * PolicyHeight), policies[i]);
            Words(Left - 8, y + 15, policy.Name == "fixed_point_ilp_integer" ? "ilp_integer" : policy.Name, "end",
                "#111827");
            Bar(y + 5, (double)policy.Usd / largest, policy.Name == "prod" ? Taken : policy.IsOurs ? "#54a24b" : Grey,
                Whole(policy.Usd), 13, Halo);
            var more = decimal.Round(policy.Usd - needed);
            Words(Width - 20, y + 15, more == 0m ? "0" : $"{(more > 0m ? "+" : "−")}{Whole(Math.Abs(more))}", "end");
        }
    }

    private void Bar(int y, double share, string colour, string value, int height = 11, string halo = "")
    {
        var width = Math.Max(1.5, (Right - Left) * share);
        Append($"<rect x=\"{Left}\" y=\"{y}\" width=\"{width:0.#}\" height=\"{height}\" rx=\"1.5\" ");
        Append($"fill=\"{colour}\"/>");
        Words(Left + width + 5, y + (height / 2.0) + 3.5, value, "start", "#374151", $"font-size=\"10\"{halo}");
    }

    private void Tick(double x, int top, int bottom, string text)
    {
        Append($"<line x1=\"{x:0.#}\" x2=\"{x:0.#}\" y1=\"{top}\" y2=\"{bottom}\" stroke=\"#e5e7eb\"/>");
        Words(x, bottom + 13, text, "middle");
    }

    private void Key(int x, int y, string colour, string text)
    {
        Append($"<rect x=\"{x}\" y=\"{y - 3}\" width=\"10\" height=\"10\" rx=\"1.5\" fill=\"{colour}\"/>");
        Words(x + 15, y + 6, text, "start");
    }

    private void Words(double x, double y, string text, string anchor, string colour = Grey, string more = "") =>
        Append($"<text x=\"{x:0.#}\" y=\"{y:0.#}\" text-anchor=\"{anchor}\" fill=\"{colour}\" {more}>{text}</text>\n");

    private void Append(FormattableString text) => _svg.Append(text.ToString(CultureInfo.InvariantCulture));

    private static double Root(decimal usd) => Math.Sqrt((double)Math.Max(0m, usd));

    private static string Clock(string time) => time.Split(' ') is [_, var clock] ? clock[..8] : time;

    private static string Times(decimal ratio) =>
        ratio.ToString(ratio < 10m ? "0.0×" : "0×", CultureInfo.InvariantCulture);

    private static string Short(decimal usd) => usd >= 1_000_000m
        ? $"{(usd / 1_000_000m).ToString("0", CultureInfo.InvariantCulture)}M"
        : $"{(usd / 1_000m).ToString("0", CultureInfo.InvariantCulture)}k";

    private static string Whole(decimal usd) => decimal.Round(usd).ToString("#,##0", CultureInfo.InvariantCulture);
}
