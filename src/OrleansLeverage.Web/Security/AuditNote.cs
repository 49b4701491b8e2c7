namespace OrleansLeverage.Web.Security;

/// <summary>
/// What a request turned out to be about, for its record in the audit; each endpoint that acts says it.
/// </summary>
internal sealed class AuditNote
{
    private readonly List<(string Target, string Result)> _notes = [];

    public IReadOnlyList<(string Target, string Result)> Notes => _notes;

    /// <summary>
    /// An id in good form that the request acted on, and what came of it. Several times for a request that does several
    /// things: each is a record of its own.
    /// </summary>
    public static void Target(HttpContext context, string id, string result = "done")
    {
        if (context.Features.Get<AuditNote>() is not { } note)
        {
            context.Features.Set(note = new AuditNote());
        }
        note._notes.Add((id, result));
    }

    public static IReadOnlyList<(string Target, string Result)> Of(HttpContext context) =>
        context.Features.Get<AuditNote>()?.Notes ?? [];
}
