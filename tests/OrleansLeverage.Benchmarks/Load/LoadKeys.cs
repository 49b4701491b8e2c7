using OrleansLeverage.Web.Security;

namespace OrleansLeverage.Benchmarks.Load;

/// <summary>A key for each reading client, and one for the source of the prices.</summary>
internal sealed record LoadKeys(string File, IReadOnlyList<string> Readers, string Publisher)
{
    public const string Source = "load";

    public static LoadKeys Make(string file, int clients)
    {
        var (records, texts) = (new List<KeyRecord>(), new List<string>());
        for (var client = 0; client <= clients; client++)
        {
            var (id, text) = ApiKey.Create();
            var isPublisher = client == clients;
            texts.Add(text);
            records.Add(new KeyRecord
            {
                Id = id, Name = isPublisher ? Source : $"reader-{client}", Scopes = [isPublisher ? "oracle" : "read"],
                Hash = ApiKey.Hash(text), Created = TimeProvider.System.GetUtcNow(),
                Source = isPublisher ? Source : null,
            });
        }
        KeyFile.Change(file, _ => records);
        return new LoadKeys(file, texts[..clients], texts[clients]);
    }
}
