import { withLog } from '../programs/check-programs.ts';
import type { StoryStore } from '../programs/world-stores.ts';
import type { Story } from './program/program.ts';
import { Player } from './run/program-run.ts';
import { Stage } from './run/world.ts';

/** @throws Error with the story as far as it went, where something was overbooked or answered wrong. */
export async function playStory(story: Story, storyStore: StoryStore): Promise<ReadonlySet<string>> {
  const stage = await Stage.open(storyStore, story.processCount);
  const player = new Player(stage);
  try {
    await player.play(story);
    return player.happenings;
  } catch (error) {
    throw withLog([`${story.processCount} processes`, ...player.log], error);
  } finally {
    await stage.close();
  }
}
