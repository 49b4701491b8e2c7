using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using OrleansLeverage.Domain;
using OrleansLeverage.Engine;

namespace OrleansLeverage.Web.Api.Admin;

/// <summary>
/// Closes whatever is held of an instrument that ended and releases its orders, account by account, each under an id
/// that follows from the request's: done again it closes what is left, and nothing twice.
/// </summary>
internal sealed class InstrumentExpiry(ILeverageGrid grid)
{
    private const int AtOnce = 256;

    /// <summary>How many accounts held some or had orders, in how many that ended, and why in others not.</summary>
    public async Task<(int Holders, int Closed, IReadOnlyList<RefusedAccounts> Refused)> RunAsync(
        IMarketCut cut, Instrument instrument, ExpiryRequest request, CancellationToken cancellation)
    {
        var holders = new List<AccountId>();
        for (var number = 0; number < cut.Count; number++)
        {
            var account = cut.Read(number);
            if (!account.Position(instrument).Quantity.IsZero
                || account.Reservations.Any(order => order.Instrument.Index == instrument.Index))
            {
                holders.Add(account.Id);
            }
        }
        var closed = 0;
        var refused = new SortedDictionary<string, int>(StringComparer.Ordinal);
        foreach (var some in holders.Chunk(AtOnce))
        {
            var results = await Task.WhenAll(some.Select(account => grid.ExecuteAsync(new ExpireInstrument(
                IdOf(request.Id, account), account, instrument.Id, request.SettlementPrice), cancellation).AsTask()));
            foreach (var result in results)
            {
                if (result.IsApplied)
                {
                    closed++;
                }
                else
                {
                    var code = Codes.Of(result.Status);
                    refused[code] = refused.GetValueOrDefault(code) + 1;
                }
            }
        }
        return (holders.Count, closed, [.. refused.Select(row => new RefusedAccounts(row.Key, row.Value))]);
    }

    /// <summary>Dated as the request, so that it is remembered as long.</summary>
    private static CommandId IdOf(CommandId request, AccountId account)
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes($"expire {request} {account}"), digest);
        return CommandId.Create(request.UnixMs, BinaryPrimitives.ReadUInt128BigEndian(digest));
    }
}

internal sealed record RefusedAccounts(string Code, int Accounts);
