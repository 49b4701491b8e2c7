using OrleansLeverage.Web.Edge;

namespace OrleansLeverage.Web.Api;

/// <summary>An engine says that it does not do something by throwing; whoever asked is told so by name.</summary>
internal static class Supported
{
    public static Func<HttpContext, Task<Answer>> Only(Func<HttpContext, Task<Answer>> handle) => async context =>
    {
        try
        {
            return await handle(context);
        }
        catch (NotSupportedException)
        {
            return Refusal.Of("not_supported");
        }
    };

    public static Func<HttpContext, RequestReading<T>, Task<Answer>> Only<T>(
        Func<HttpContext, RequestReading<T>, Task<Answer>> handle) => async (context, reading) =>
    {
        try
        {
            return await handle(context, reading);
        }
        catch (NotSupportedException)
        {
            return Refusal.Of("not_supported");
        }
    };
}
