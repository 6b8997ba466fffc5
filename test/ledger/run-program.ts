import { withLog } from '../programs/check-programs.ts';
import type { StoryStore } from '../programs/world-stores.ts';
import { customers, metrics } from './program/drafts.ts';
import type { Story } from './program/program.ts';
import { Player } from './run/program-run.ts';
import { Stage } from './run/world.ts';

/** @throws Error with the story as far as it went, where the service and the model differ. */
export async function playStory(story: Story, storyStore: StoryStore): Promise<ReadonlySet<string>> {
  const stage = await Stage.open(storyStore, story.mostSettledAtOnce);
  const player = new Player(stage);
  try {
    await prepare(stage, player, story);
    await player.play(story);
    return player.happenings;
  } catch (error) {
    throw withLog(player.log, error);
  } finally {
    await stage.close();
    await storyStore.dispose();
  }
}

/** Without these most stories would begin with refusals. */
async function prepare(stage: Stage, player: Player, { firstRules, firstOverages }: Story): Promise<void> {
  for (const [index, key] of metrics.entries()) {
    await stage.call({ operationId: 'createMetric', input: { body: { key } } });
    const rule = firstRules[index];
    if (rule !== undefined) await player.send({ type: 'price', metric: key, rule });
  }
  for (const [index, overage] of firstOverages.entries()) {
    await player.send({ type: 'createCustomer', customer: customers[index]!, overage });
  }
}
