import { RANGES, rangeOf } from '../../app/range';
import { route, setQuery } from '../../app/router';
import { utcTime } from '../../format/time';

/** The span of time that the charts of the page show; t z and t with the arrows do the same. */
export function RangePicker() {
  const { name, endMs } = rangeOf(route.value.query);
  return (
    <span class="segmented" role="group" aria-label="Span of time">
      {RANGES.map(([key]) => (
        <button key={key} type="button" aria-pressed={key === name} onClick={() => setQuery({ range: key })}>
          {key}
        </button>
      ))}
      {endMs === null ? null : (
        <button type="button" onClick={() => setQuery({ end: null })}>
          to {utcTime(endMs)}: back to now
        </button>
      )}
    </span>
  );
}
