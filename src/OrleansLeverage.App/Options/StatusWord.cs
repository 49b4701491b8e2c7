using System.Globalization;
using System.Text;

namespace OrleansLeverage.App.Options;

/// <summary>The name of a status as programs read it: BelowIntrinsic is below_intrinsic.</summary>
internal static class StatusWord
{
    public static string Of<TStatus>(TStatus status)
        where TStatus : struct, Enum
    {
        StringBuilder word = new();
        foreach (var letter in status.ToString())
        {
            word.Append(char.IsUpper(letter) && word.Length > 0 ? "_" : "");
            word.Append(char.ToLower(letter, CultureInfo.InvariantCulture));
        }
        return word.ToString();
    }
}
