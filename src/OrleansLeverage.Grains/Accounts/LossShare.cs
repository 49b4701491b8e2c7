using OrleansLeverage.Contracts;
using OrleansLeverage.Domain;
using OrleansLeverage.Engine.Codec;

namespace OrleansLeverage.Grains.Accounts;

/// <summary>Who has yet to pay for a loss in a market, and what they gained there was found at that mark.</summary>
/// <param name="Payers">By id; above 0 each.</param>
internal sealed record SharedLoss(InstrumentId Market, decimal Mark, ShareMessage[] Payers)
{
    /// <summary>What is asked of a payer: to gain what it pays at least.</summary>
    public GainMessage Gain(ShareMessage payer) => new(payer.Account, Market.Value, Mark, payer.Amount);
}

/// <summary>
/// A loss with more payers than one transaction holds: kept by the account that it is of, from before its positions are
/// closed until the last has paid. Each list of commands begins with an id that is given by how far it has come, and
/// moves it on with the very write that applies it, so that a list that comes twice is done once.
/// <code>
/// kept ─► the close begins it ─► payers, so many at once, with the account's claim of what they pay ─► gone
/// </code>
/// </summary>
/// <param name="First">The id that others are counted from.</param>
/// <param name="Number">Ids used up.</param>
/// <param name="AtOnce">Payers of one transaction.</param>
internal sealed record LossShare(CommandId First, int Number, bool IsBegun, int AtOnce, SharedLoss[] Losses)
{
    /// <summary>Ids that one loss may use: they are the low bits of the first.</summary>
    public const int IdBits = 20;

    /// <summary>The id that the next list begins with.</summary>
    public CommandId Opens => Id(0);

    public SharedLoss Loss => Losses[0];

    /// <summary>Those who pay next.</summary>
    public ReadOnlySpan<ShareMessage> Batch => Loss.Payers.AsSpan(0, Math.Min(AtOnce, Loss.Payers.Length));

    /// <summary>The id of a command of the next list, by its place.</summary>
    public CommandId Id(int place) => new(First.Value + (UInt128)(uint)(Number + place));

    /// <summary>
    /// As it is once a command has been applied to the account: the close, or the claim that ends a list of payers.
    /// </summary>
    public LossShare? After(CommandId applied) =>
        !IsBegun ? applied == Opens ? this with { IsBegun = true, Number = Number + 1 } : this
        : applied == Id(Batch.Length) ? Left(Loss.Payers[Batch.Length..])
        : this;

    /// <summary>Without some of those who pay next: what they would have paid is not paid.</summary>
    public LossShare? Without(IReadOnlySet<string> payers) =>
        Left([.. Loss.Payers.Where((p, i) => i >= AtOnce || !payers.Contains(p.Account))]);

    public void Write(ByteSink sink)
    {
        sink.Wide(First.Value);
        sink.Number(Number);
        sink.Flag(IsBegun);
        sink.Number(AtOnce);
        sink.Number(Losses.Length);
        foreach (var loss in Losses)
        {
            sink.Text(loss.Market.Value);
            sink.Decimal(loss.Mark);
            sink.Number(loss.Payers.Length);
            foreach (var (account, amount) in loss.Payers)
            {
                sink.Text(account);
                sink.Decimal(amount);
            }
        }
    }

    public static LossShare Read(ref ByteSource source)
    {
        var (first, number) = (new CommandId(source.Wide()), source.Number());
        var (isBegun, atOnce) = (source.Flag(), source.Number());
        var losses = new SharedLoss[source.Count()];
        for (var i = 0; i < losses.Length; i++)
        {
            var (market, mark) = (new InstrumentId(source.Text()), source.Decimal());
            var payers = new ShareMessage[source.Count()];
            for (var p = 0; p < payers.Length; p++)
            {
                payers[p] = new ShareMessage(source.Text(), source.Decimal());
            }
            losses[i] = new SharedLoss(market, mark, payers);
        }
        return new LossShare(first, number, isBegun, atOnce, losses);
    }

    /// <summary>Later ids are never those of a list that may be on its way.</summary>
    private LossShare? Left(ShareMessage[] payers)
    {
        SharedLoss[] left = payers.Length > 0 ? [Loss with { Payers = payers }, .. Losses[1..]] : Losses[1..];
        return left.Length == 0 ? null : this with { Number = Number + Batch.Length + 1, Losses = left };
    }
}
