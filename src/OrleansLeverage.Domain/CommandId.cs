using System.Diagnostics.CodeAnalysis;

namespace OrleansLeverage.Domain;

/// <summary>
/// The client-made name of a command: a ULID (48 bits of Unix milliseconds, 80 bits of the client's own). The same id
/// with the same payload is the same command, however often it arrives; a fill's id is its command id.
/// </summary>
public readonly record struct CommandId(UInt128 Value) : IComparable<CommandId>
{
    public const long UnixMsMax = (1L << 48) - 1;

    private const string Digits = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

    /// <summary>The ids reserved for "none" and "end": never a command.</summary>
    public bool IsReserved => Value == UInt128.Zero || Value == UInt128.MaxValue;

    /// <summary>The time the client put in the id, in Unix milliseconds.</summary>
    public long UnixMs => (long)(ulong)(Value >> 80);

    /// <param name="unixMs">Unix milliseconds, 0 to <see cref="UnixMsMax"/>.</param>
    /// <param name="entropy">Its low 80 bits.</param>
    public static CommandId Create(long unixMs, UInt128 entropy) => unixMs is >= 0 and <= UnixMsMax
        ? new(((UInt128)(ulong)unixMs << 80) | (entropy & ((UInt128.One << 80) - 1)))
        : throw new ArgumentOutOfRangeException(nameof(unixMs), unixMs, $"a ULID's time is within 0 and {UnixMsMax}");

    public static bool TryParse([NotNullWhen(true)] string? text, out CommandId id)
    {
        id = default;
        if (text is not { Length: 26 } || text[0] > '7')
        {
            return false;
        }
        var value = UInt128.Zero;
        foreach (var c in text)
        {
            var digit = Digits.IndexOf(c);
            if (digit < 0)
            {
                return false;
            }
            value = unchecked((value << 5) | (UInt128)(uint)digit);
        }
        id = new CommandId(value);
        return true;
    }

    public static CommandId Parse(string text) => TryParse(text, out var id)
        ? id
        : throw new FormatException($"'{Shown.Text(text)}' is not a ULID");

    public int CompareTo(CommandId other) => Value.CompareTo(other.Value);

    public override string ToString() => string.Create(26, Value, static (span, value) =>
    {
        for (var i = 25; i >= 0; i--)
        {
            span[i] = Digits[(int)(uint)(value & 31)];
            value >>= 5;
        }
    });

    /// <summary>The n-th id of a deterministic series: time, then a counter. For simulations and tests.</summary>
    public static CommandId Series(long unixMs, long series, long number) =>
        Create(unixMs, ((UInt128)(ulong)(series & 0xFFFF) << 64) | (ulong)number);
}
