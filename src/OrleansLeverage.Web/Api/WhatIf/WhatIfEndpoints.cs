using OrleansLeverage.Domain;
using OrleansLeverage.Engine;
using OrleansLeverage.Web.Edge;
using OrleansLeverage.Web.OpenApi;
using OrleansLeverage.Web.Security;

namespace OrleansLeverage.Web.Api.WhatIf;

/// <summary>What would become of an account, and whether an order may be placed: answered, and nothing kept.</summary>
internal sealed class WhatIfEndpoints(ILeverageGrid grid)
{
    public static void Map(IEndpointRouteBuilder app, string prefix)
    {
        var services = app.ServiceProvider;
        var limits = services.GetRequiredService<GridServerOptions>().Limits;
        var own = new WhatIfEndpoints(services.GetRequiredService<ILeverageGrid>());
        app.MapJson(prefix + "/accounts/{id}/what-if", new RequestReader<Func<AccountId, WhatIfQuestion>>(
            WhatIfRequests.Question, null, perItem: false, limits),
            Supported.Only<Func<AccountId, WhatIfQuestion>>(own.PostWhatIfAsync)).RequireScope(Scope.Read)
            .Describe("whatIf", "An account after orders, collateral and shocks, beside what it is now",
                typeof(WhatIfView));
        app.MapJson(prefix + "/accounts/{id}/check", new RequestReader<Func<AccountId, PreTradeQuestion>>(
            WhatIfRequests.Check, null, perItem: false, limits),
            Supported.Only<Func<AccountId, PreTradeQuestion>>(own.PostCheckAsync)).RequireScope(Scope.Read)
            .Describe("check", "May this order be placed, and what would be left", typeof(CheckView));
    }

    private async Task<Answer> PostWhatIfAsync(
        HttpContext context, RequestReading<Func<AccountId, WhatIfQuestion>> reading)
    {
        if (!AccountId.TryParse((string?)context.Request.RouteValues["id"], out var account))
        {
            return Refusal.Of("bad_account_id");
        }
        var question = reading.Items[0].Value!(account);
        if (question.Shocks.Keys.Any(feed => grid.Universe.Feed(feed) is null))
        {
            return Refusal.Of("unknown_asset", "shocks");
        }
        if (question.Shocks.Values.Any(shock => shock <= WhatIfQuestion.ShockMin))
        {
            // a price is above zero
            return Refusal.Of("number_out_of_range", "shocks");
        }
        var answer = await grid.WhatIfAsync(question, context.RequestAborted);
        return answer switch
        {
            null => Refusal.Of("not_found"),
            { Refusal: { } refused } => Refusal.Of(Codes.Of(refused.Status), Field(refused.Part), refused.Detail,
                refused.Place),
            { After: { } after } => Answer.Of(WhatIfView.Of(grid.Frame, answer, after)),
            _ => throw new InvalidOperationException("a what-if answers or refuses"),
        };
    }

    private async Task<Answer> PostCheckAsync(
        HttpContext context, RequestReading<Func<AccountId, PreTradeQuestion>> reading)
    {
        if (!AccountId.TryParse((string?)context.Request.RouteValues["id"], out var account))
        {
            return Refusal.Of("bad_account_id");
        }
        var answer = await grid.CheckAsync(reading.Items[0].Value!(account), context.RequestAborted);
        return answer.LimitingRule == CommandStatus.UnknownAccount
            ? Refusal.Of("not_found")
            : Answer.Of(CheckView.Of(grid.Frame, account, answer));
    }

    private static string Field(WhatIfPart part) => part switch
    {
        WhatIfPart.Collateral => "collateral",
        WhatIfPart.Order => "orders",
        _ => "shocks",
    };
}
