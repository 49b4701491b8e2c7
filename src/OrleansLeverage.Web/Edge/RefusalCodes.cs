using System.Collections.Frozen;

namespace OrleansLeverage.Web.Edge;

/// <summary>
/// Every code with its HTTP status and what it says to a person: 400 malformed, 404 absent or foreign, 409 contradicts
/// an earlier id, 422 well formed but impossible, 429 too much, 503 our own state. Part of the contract: codes never
/// change.
/// </summary>
internal static class RefusalCodes
{
    private static readonly FrozenDictionary<string, (int Status, string Title)> Known = new (int, string, string)[]
    {
        (400, "bad_framing", "The message's length or header fields are ambiguous"),
        (400, "bad_host", "The Host header names no host of this service"),
        (400, "unknown_header_policy", "The method cannot be overridden by a header"),
        (400, "key_in_url", "Credentials do not belong in a URL; this one should be revoked"),
        (400, "json_syntax", "The body is not one JSON object"),
        (400, "json_depth", "The body is nested too deeply"),
        (400, "bad_unicode", "The body is not valid UTF-8, or holds half a surrogate pair"),
        (400, "control_char", "A text holds a control character"),
        (400, "duplicate_key", "A name occurs twice in one object, ignoring case"),
        (400, "unknown_field", "The object has a name that the contract does not know"),
        (400, "missing_field", "A required name is missing"),
        (400, "empty_body", "The body holds nothing"),
        (400, "bad_type", "A value has the wrong JSON type"),
        (400, "bad_decimal", "A decimal is not in its canonical form"),
        (400, "bad_integer", "An integer is not a plain 64-bit integer"),
        (400, "bad_text", "A text is too long or not one of the allowed words"),
        (400, "bad_fill_id", "A fill id is a ULID: 26 characters of Crockford's base 32"),
        (400, "bad_command_id", "A command id is a ULID: 26 characters of Crockford's base 32"),
        (400, "bad_account_id", "An account id is 1-64 of a-z, 0-9 and '-', not beginning or ending with '-'"),
        (400, "bad_channel", "The stream has no such channel"),
        (400, "bad_cursor", "Last-Event-ID is no position of this stream"),
        (401, "unauthenticated", "A key or a token is needed, exactly one, and it must be known"),
        (401, "bad_token", "The token is not to be believed"),
        (401, "bad_signature", "The signature is not of this content by this key"),
        (401, "timestamp_window", "The time of the signature is too far from the clock"),
        (401, "revoked", "The key was taken back or has ended"),
        (403, "insufficient_scope", "Whoever asks does not have the scope that this needs"),
        (403, "not_entitled", "Whoever asks is not entitled to this"),
        (403, "cross_origin", "The request comes from a page of somebody else"),
        (403, "bad_csrf", "A session needs its X-CSRF-Token here"),
        (404, "not_found", "There is nothing here for whoever asks"),
        (405, "method_not_allowed", "The resource does not take this method"),
        (408, "slow_client", "The body came too slowly"),
        (409, "fill_conflict", "The fill id was used before with other content"),
        (409, "command_id_reused", "The command id was used before with other content"),
        (409, "id_already_failed", "The id was refused before; a retry needs a new one"),
        (409, "id_too_old", "The id is older than the window in which ids are remembered"),
        (409, "seq_conflict", "The sequence number was used before with other content"),
        (409, "already_subscribed", "The channel is subscribed on this connection"),
        (409, "not_subscribed", "The channel is not subscribed on this connection"),
        (410, "resume_gap", "The stream no longer holds that position: take a snapshot"),
        (413, "body_too_large", "The body or message is larger than allowed"),
        (413, "batch_too_large", "The batch is larger than allowed"),
        (414, "uri_too_long", "The request line is longer than allowed"),
        (415, "unsupported_media_type", "The body must be application/json in UTF-8"),
        (415, "unsupported_encoding", "The body must not be encoded"),
        (422, "price_not_positive", "A price is above zero"),
        (422, "price_scale", "A price has at most 12 decimals"),
        (422, "price_out_of_range", "A price is at most 1000000000000"),
        (422, "price_tick", "The price is off the instrument's tick"),
        (422, "qty_zero", "A quantity is not zero"),
        (422, "qty_step", "The quantity is off the instrument's lot"),
        (422, "qty_out_of_range", "The quantity is outside the range"),
        (422, "notional_out_of_range", "The notional is outside the range"),
        (422, "position_limit", "The position would pass the account's limit"),
        (422, "amount_out_of_range", "The amount is outside the range"),
        (422, "amount_step", "The amount is finer than the asset's quantum"),
        (422, "fee_out_of_range", "The fee or rebate is outside the range"),
        (422, "leverage_out_of_range", "The leverage is outside the range"),
        (422, "withdrawals_closed", "Nobody may withdraw while an account is in debt"),
        (422, "insufficient_collateral", "The collateral does not carry this"),
        (422, "timestamp_range", "The time is not a plausible Unix time in milliseconds"),
        (422, "future_timestamp", "The time is ahead of the clock"),
        (422, "seq_reset", "The sequence began again without a new session"),
        (422, "unknown_asset", "The asset or instrument is not known"),
        (422, "market_closed", "The market is closed"),
        (422, "crossed", "The bid is above the ask"),
        (422, "one_sided", "A book has a bid and an ask, both above zero"),
        (422, "bad_confidence", "The confidence is below zero or above the price"),
        (422, "stale_on_resume", "The price is older than the halt that it would end"),
        (422, "reserved_id", "The lowest and the highest id are reserved"),
        (422, "dup_in_batch", "An id occurs twice in the batch"),
        (422, "self_trade", "A fill has two different accounts"),
        (422, "legs_mismatch", "The legs of a fill are equal and opposite"),
        (422, "nothing_to_do", "There is nothing to do"),
        (422, "unknown_reservation", "The order holds no margin"),
        (422, "reduce_only", "The account may only reduce its positions"),
        (422, "oracle_stale", "A price that the decision needs is not fresh"),
        (422, "recovered", "The account is healthy at the newest frame"),
        (429, "too_many_streams", "Too many streams are open"),
        (429, "rate_limited", "Too many requests"),
        (429, "overloaded", "Too much is waiting; retry with the same id"),
        (426, "upgrade_required", "This is a WebSocket; plain requests have the stream"),
        (431, "headers_too_large", "The header fields are larger than allowed"),
        (500, "internal", "Something went wrong here"),
        (503, "retry", "The store cannot take it now; retry with the same id"),
        (503, "outcome_unknown", "The store did not answer in time; retry with the same id to learn the outcome"),
        (503, "not_measured", "The figure has not been measured yet, which is not zero"),
    }.ToFrozenDictionary(row => row.Item2, row => (row.Item1, row.Item3));

    public static IEnumerable<(string Code, int Status, string Title)> All =>
        Known.Select(row => (row.Key, row.Value.Status, row.Value.Title));

    public static (int Status, string Title) Find(string code) => Known.TryGetValue(code, out var known)
        ? known
        : throw new ArgumentOutOfRangeException(nameof(code), code, "not a refusal code");
}
