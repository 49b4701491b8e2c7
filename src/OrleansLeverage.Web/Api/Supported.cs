using OrleansLeverage.Web.Api.Reading;
using OrleansLeverage.Web.Edge;

namespace OrleansLeverage.Web.Api;

/// <summary>An engine says that it does not do something by throwing; whoever asked is told so by name.</summary>
internal static class Supported
{
    public static Func<HttpContext, ReadQuery, Task<Answer>> Only(
        Func<HttpContext, ReadQuery, Task<Answer>> handle) => Guarded(handle);

    public static Func<HttpContext, RequestReading<T>, Task<Answer>> Only<T>(
        Func<HttpContext, RequestReading<T>, Task<Answer>> handle) => Guarded(handle);

    private static Func<HttpContext, T, Task<Answer>> Guarded<T>(Func<HttpContext, T, Task<Answer>> handle) =>
        async (context, asked) =>
        {
            try
            {
                return await handle(context, asked);
            }
            catch (NotSupportedException)
            {
                return Refusal.Of("not_supported");
            }
        };
}
