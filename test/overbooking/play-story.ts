import { withLog } from '../stories/check-stories.ts';
import type { StoryStore } from '../stories/story-stores.ts';
import { Player } from './play/player.ts';
import { Stage } from './play/stage.ts';
import type { Story } from './story/story.ts';

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
