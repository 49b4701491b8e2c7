namespace OrleansLeverage.Web.Status;

/// <summary>Settings as they may be shown: secrets are said to be there, and not what they are.</summary>
internal static class SecretMask
{
    public const string Masked = "***";

    private static readonly string[] Secret =
        ["key", "secret", "token", "password", "credential", "connection", "signature", "private", "header", "auth"];

    public static string? Of(string name, string? value)
    {
        if (string.IsNullOrEmpty(value))
        {
            return value;
        }
        if (Secret.Any(word => name.Contains(word, StringComparison.OrdinalIgnoreCase)))
        {
            return Masked;
        }
        // an address may carry a name and a password, or a key in its query
        return Uri.TryCreate(value, UriKind.Absolute, out var uri) && !uri.IsFile
            && (uri.UserInfo.Length > 0 || uri.Query.Length > 0)
            ? $"{uri.Scheme}://{(uri.UserInfo.Length > 0 ? Masked + "@" : "")}{uri.Authority}{uri.AbsolutePath}"
                + (uri.Query.Length > 0 ? "?" + Masked : "")
            : value;
    }
}
