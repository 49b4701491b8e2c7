using System.Buffers.Text;
using System.Text;

namespace OrleansLeverage.Web.Api.Reading;

/// <summary>
/// Places in lists, opaque to whoever carries them: what the list is, and the words that it finds the place by. A
/// cursor is no secret and gives no right; one of another list, or one that nobody gave, is refused.
/// </summary>
internal static class Cursor
{
    private const int LengthMax = 512;
    private const char Between = '\n';

    public static string Of(string list, params IEnumerable<string> words) =>
        Base64Url.EncodeToString(Encoding.UTF8.GetBytes(string.Join(Between, words.Prepend(list))));

    public static bool IsPlausible(string text) => text.Length is > 0 and <= LengthMax && Base64Url.IsValid(text);

    /// <summary>The words of a cursor of a list; null where it is not one.</summary>
    public static string[]? Words(string text, string list, int count)
    {
        if (!IsPlausible(text))
        {
            return null;
        }
        var words = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(text)).Split(Between);
        return words.Length == count + 1 && words[0] == list ? words[1..] : null;
    }
}
