using OrleansLeverage.Web;
using OrleansLeverage.Web.Security;

namespace OrleansLeverage.Tests.Web.Security;

/// <summary>A server that whoever reaches loopback may ask, on any free port.</summary>
internal static class OpenServer
{
    public static readonly GridServerOptions Options = new() { Access = ServerAccess.OpenOnLoopback, Port = 0 };
}
