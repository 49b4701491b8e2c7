using System.Globalization;
using Spectre.Console;

namespace OrleansLeverage.App.Output;

/// <summary>
/// How far a long piece of work is: a bar with rate and remaining time on a terminal, elsewhere one plain line every
/// five seconds, nothing where it is over sooner.
/// </summary>
internal abstract class ProgressReport(string what, long total, TimeProvider clock, TimeSpan every) : IDisposable
{
    private readonly long _start = clock.GetTimestamp();
    private TimeSpan _shown;
    private long _done;

    public static ProgressReport On(Terminal terminal, string what, long total, TimeProvider clock) =>
        terminal.IsInteractive ? new Bar(terminal.Screen, what, total, clock)
            : new Lines(terminal.Error, what, total, clock);

    /// <summary>Cheap enough to be called for every item.</summary>
    public void Report(long done)
    {
        _done = done;
        // the clock is read every 64 items, or for each of a few
        if ((done & 63) == 0 || total < 100_000)
        {
            var elapsed = clock.GetElapsedTime(_start);
            if (elapsed - _shown >= every)
            {
                _shown = elapsed;
                Show(done, elapsed);
            }
        }
    }

    public void Dispose() => End(_done, clock.GetElapsedTime(_start));

    protected abstract void Show(long done, TimeSpan elapsed);

    protected abstract void End(long done, TimeSpan elapsed);

    /// <summary><c>seed 250000/1000000 25% 83k/s eta 9s</c></summary>
    protected string Line(long done, TimeSpan elapsed)
    {
        var rate = elapsed.TotalSeconds > 0 ? done / elapsed.TotalSeconds : 0.0;
        var share = total > 0 ? 100 * done / total : 100;
        var eta = rate > 0 ? $" eta {Math.Ceiling((total - done) / rate):0}s" : "";
        return string.Create(CultureInfo.InvariantCulture, $"{what} {done}/{total} {share}% {Rate(rate)}/s{eta}");
    }

    private static string Rate(double rate) => rate switch
    {
        >= 10_000_000 => string.Create(CultureInfo.InvariantCulture, $"{rate / 1e6:0}M"),
        >= 10_000 => string.Create(CultureInfo.InvariantCulture, $"{rate / 1e3:0}k"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{rate:0.#}"),
    };

    private sealed class Lines(TextWriter writer, string what, long total, TimeProvider clock)
        : ProgressReport(what, total, clock, TimeSpan.FromSeconds(5))
    {
        protected override void Show(long done, TimeSpan elapsed) => writer.WriteLine(Line(done, elapsed));

        protected override void End(long done, TimeSpan elapsed)
        {
        }
    }

    private sealed class Bar(IAnsiConsole screen, string what, long total, TimeProvider clock)
        : ProgressReport(what, total, clock, TimeSpan.FromMilliseconds(100))
    {
        private const int Width = 30;
        private readonly long _total = total;

        protected override void Show(long done, TimeSpan elapsed)
        {
            var filled = _total > 0 ? (int)(Width * done / _total) : Width;
            screen.Write("\r");
            var (past, left) = (new string('━', filled), new string('━', Width - filled));
            screen.Write(new Markup($"[green]{past}[/][grey]{left}[/] "));
            screen.Write(Line(done, elapsed).PadRight(50));
        }

        protected override void End(long done, TimeSpan elapsed)
        {
            Show(done, elapsed);
            screen.WriteLine();
        }
    }
}
