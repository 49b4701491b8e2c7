namespace OrleansLeverage.Contracts;

/// <summary>
/// The oracle of one feed: its key is the feed's id. Judges what sources say; gives one quote per frame.
/// </summary>
[Alias("leverage.IPriceGrain")]
public interface IPriceGrain : IGrainWithStringKey
{
    /// <summary>Judges one price; the answer is the number of a price acceptance.</summary>
    [Alias("Publish")]
    Task<int> PublishAsync(PriceMessage update);

    /// <summary>Who speaks of the feed.</summary>
    [Alias("Sources")]
    Task<FeedSourcesMessage> SourcesAsync();

    /// <summary>One round of the feed at a time: what it is worth in the frame of that time.</summary>
    [Alias("Epoch")]
    Task<QuoteMessage> EpochAsync(long nowMs);
}

/// <summary>
/// Numbers frames and assembles them from the quotes of all feeds; there is one, under key 0. An epoch is claimed by a
/// conditional write at activation: of two claimants one is outnumbered, and its frames are discarded everywhere.
/// Its part in transactions is funding; frames are made while it is held.
/// </summary>
[Alias("leverage.IFrameGrain")]
public interface IFrameGrain : IGrainWithIntegerKey, ITransactionPartyGrain
{
    /// <summary>Sees to it that frames are made, and that what has to run by itself does.</summary>
    [Alias("Wake")]
    Task WakeAsync();

    /// <summary>The newest frame that the silos have, where it is newer than the one known.</summary>
    [Alias("Read")]
    Task<FrameReading?> ReadAsync(long epoch, long sequence, bool quotes);

    /// <summary>Decides on funding; in force, and told to every silo, when this returns.</summary>
    [Alias("PublishFunding")]
    Task<AnswerMessage> PublishFundingAsync(CommandMessage command);

    /// <summary>Durable funding indices and counts.</summary>
    [Alias("Books")]
    Task<FundingBooks> BooksAsync();

    /// <summary>
    /// For replays, with frames made by hand: one frame at a time of the caller's, and returns when every silo has
    /// swept it, confirmed what it nominated and delivered what was raised.
    /// </summary>
    [Alias("Step")]
    Task<FrameReading> StepAsync(long timeMs);
}
