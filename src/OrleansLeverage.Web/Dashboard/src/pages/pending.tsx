import { Empty } from '../states/notices';

/** In the place of a page that this build does not have. */
export function Pending() {
  return (
    <section class="panel">
      <div class="body"><Empty why="This build of the dashboard has no such page yet." /></div>
    </section>
  );
}
