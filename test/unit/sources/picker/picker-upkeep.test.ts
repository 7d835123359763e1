import { describe, expect, it, jest } from '@jest/globals';
import { createLog } from '../../../../src/log.js';
import { PickEndings } from '../../../../src/sources/picker/pick-endings.js';
import { PickedShelf } from '../../../../src/sources/picker/picked-shelf.js';
import type { Pick } from '../../../../src/sources/picker/picks.js';
import { UnreadyVideos } from '../../../../src/sources/picker/unready-videos.js';
import { Recorder } from '../../../support/log-lines.js';
import { ManualClock, settle } from '../../../support/manual-clock.js';

const DAY_MS = 86_400_000;
const NOW_MS = Date.UTC(2026, 0, 15, 12);

function pickOf(sessionId: string, ids: readonly string[], over: Partial<Pick> = {}): Pick {
  const items = ids.map((id) => ({ id, filename: `${id}.mp4`, mimeType: 'video/mp4', createdAtMs: 0 }));
  const endsAtMs = NOW_MS + 7 * DAY_MS;
  return { sessionId, folder: 'Summer', isPinned: false, createdAtMs: NOW_MS, endsAtMs, items, ...over };
}

const shelfOf = (...picks: Pick[]): PickedShelf => new PickedShelf('1', picks, (item) => item);

describe('the end of a pick', () => {
  it('is told a day before and when it has come, once each', async () => {
    const clock = new ManualClock(NOW_MS);
    const recorder = new Recorder();
    const endings = new PickEndings(clock, createLog({ level: 'debug', destination: recorder }));
    const told = (): readonly unknown[] => recorder.lines.map(({ msg, folder, items }) => [msg, folder, items]);
    endings.look(shelfOf(pickOf('a', ['1', '2'])));
    for (let day = 0; day < 5; day++) await clock.advance(DAY_MS);
    expect(told()).toEqual([]);
    await clock.advance(DAY_MS);
    const soon = ['picks: a pick ends within a day; pick again to keep its files', 'Summer', 2];
    expect(told()).toEqual([soon]);
    endings.look(shelfOf(pickOf('a', ['1', '2'])));
    expect(told()).toHaveLength(1);
    await clock.advance(DAY_MS);
    const ended = ['picks: a pick has ended; its files stay listed and answer 410', 'Summer', 2];
    expect(told()).toEqual([soon, ended]);
    endings.look(shelfOf(pickOf('a', ['1', '2'])));
    await clock.advance(30 * DAY_MS);
    expect(told()).toHaveLength(2);
    endings.close();
  });

  it('is of no interest where the items are pinned, or live on in a later pick', () => {
    const clock = new ManualClock(NOW_MS + 8 * DAY_MS);
    const recorder = new Recorder();
    const endings = new PickEndings(clock, createLog({ level: 'debug', destination: recorder }));
    const later = pickOf('c', ['2', '3'], { endsAtMs: NOW_MS + 12 * DAY_MS });
    endings.look(shelfOf(pickOf('a', ['1'], { isPinned: true }), pickOf('b', ['2']), later));
    expect(recorder.lines).toEqual([]);
    endings.close();
  });
});

describe('a video that Google still works on', () => {
  it('is asked for again while somebody lists, less and less often, and not after the end', async () => {
    const clock = new ManualClock(NOW_MS);
    const list = jest.fn(() => Promise.resolve());
    const videos = new UnreadyVideos(list, clock, createLog({ level: 'silent' }));
    const items = [{ id: '1', filename: '1.mp4', mimeType: 'video/mp4', createdAtMs: 0, isProcessing: true as const }];
    const picks = [pickOf('a', [], { items }), pickOf('b', ['2'])];
    for (let minute = 0; minute < 16; minute++) {
      videos.look(picks);
      await clock.advance(60_000);
    }
    await settle();
    expect(list.mock.calls).toEqual([['a'], ['a'], ['a'], ['a']]);
    await clock.advance(8 * DAY_MS);
    videos.look(picks);
    expect(list).toHaveBeenCalledTimes(4);
  });

  it('is not shown', () => {
    const items = [{ id: '1', filename: '1.mp4', mimeType: 'video/mp4', createdAtMs: 0, isProcessing: true as const }];
    const shelf = shelfOf(pickOf('a', [], { items }), pickOf('b', ['2'], { folder: 'Winter' }));
    expect(shelf.all.map(({ id }) => id)).toEqual(['2']);
    expect(shelf.albums.map(({ title, itemCount }) => [title, itemCount])).toEqual([
      ['Summer', 0],
      ['Winter', 1],
    ]);
  });
});
