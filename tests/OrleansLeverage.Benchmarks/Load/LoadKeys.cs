using OrleansLeverage.Web.Security;

namespace OrleansLeverage.Benchmarks.Load;

/// <summary>A key for each reading client, one for the source of the prices, and one for who has work done.</summary>
internal sealed record LoadKeys(string File, IReadOnlyList<string> Readers, string Publisher, string Operator)
{
    public const string Source = "load";

    public static LoadKeys Make(string file, int clients)
    {
        var (records, texts) = (new List<KeyRecord>(), new List<string>());
        for (var client = 0; client < clients; client++)
        {
            Add($"reader-{client}", null, "read");
        }
        Add(Source, Source, "oracle");
        Add("operator", null, "read", "operate");
        KeyFile.Change(file, _ => records);
        return new LoadKeys(file, texts[..clients], texts[clients], texts[clients + 1]);

        void Add(string name, string? source, params string[] scopes)
        {
            var (id, text) = ApiKey.Create();
            texts.Add(text);
            records.Add(new KeyRecord
            {
                Id = id, Name = name, Scopes = scopes, Hash = ApiKey.Hash(text),
                Created = TimeProvider.System.GetUtcNow(), Source = source,
            });
        }
    }
}
