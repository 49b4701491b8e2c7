using System.Text.RegularExpressions;
using OrleansLeverage.Tests.Repository;
using OrleansLeverage.Tests.Web;
using OrleansLeverage.Tests.Web.BadInputs;
using Xunit;

namespace OrleansLeverage.Tests.Infra;

/// <summary>Every request of the file to try out is taken by a server.</summary>
public sealed class RequestFileTests
{
    [Fact]
    public async Task EveryRequestIsTaken()
    {
        await using var web = await WebGrid.StartAsync();
        var text = RepositoryFiles.File("infra/requests.http").Text;
        var requests = Regex.Split(text, "^### ", RegexOptions.Multiline).Skip(1).ToArray();
        Assert.True(requests.Length >= 10);
        foreach (var request in requests)
        {
            var (head, body) = request.Split("\n\n", 2) is [var first, var rest] ? (first, rest.Trim()) : (request, "");
            var line = Regex.Match(head, @"^(GET|POST) \{\{host\}\}(\S+)$", RegexOptions.Multiline);
            Assert.True(line.Success, head);
            var target = line.Groups[2].Value;
            if (target.StartsWith("/v1/stream", StringComparison.Ordinal))
            {
                continue;
            }
            var answer = line.Groups[1].Value == "GET"
                ? await RawHttp.GetAsync(web.Port, target)
                : await RawHttp.PostAsync(web.Port, target, body
                    .Replace("\"{{id}}\"", ValidRequest.Id(web), StringComparison.Ordinal)
                    .Replace("{{now}}", ValidRequest.Number(web.Time.NowMs), StringComparison.Ordinal));
            Assert.True(answer.Status is 200 or 202, $"{head}: {answer.Status} {answer.Body}");
        }
    }
}
