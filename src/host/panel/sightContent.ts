import type { AttachedImage } from '../../core/conversation/conversation.ts';
import type {
  SentPart,
  SentSight,
  Sight,
  SightChoice,
  SightDetail,
} from '../../core/conversation/sightProtocol.ts';
import type { ImageHeader, Size } from '../../core/formats/imageHeader.ts';
import { planChoices, planTiles, type PlannedChoice } from '../../core/plan/choices.ts';
import { mostImages } from '../../core/plan/imageShare.ts';
import { legibilityOf } from '../../core/plan/legibility.ts';
import { HIGH_RESOLUTION_TIER, modelOf } from '../../core/plan/models.ts';
import type { Detail } from '../../core/plan/plan.ts';
import { fitToTier } from '../../core/plan/visualTokens.ts';
import {
  asSetLabel,
  choiceCost,
  detailLabel,
  noRoomForTiles,
  sentFacts,
  sentIsLocked,
  sentNotes,
  smallPrintWarning,
  type Help,
} from '../wording/sightWording.ts';

/** What an image would be prepared from and for, if it were prepared anew now. */
export interface Planned {
  /** Absent while it is being read. */
  readonly source?: {
    readonly header: ImageHeader;
    readonly byteLength: number;
    /** Whether it is what the image was prepared from before. */
    readonly isOriginal: boolean;
  };
  readonly model: string;
  /** The detail of the settings. */
  readonly set: Detail;
  readonly otherPictures: number;
}

/** What goes with a request for an image that is ready, and the warning where it loses small print. */
export function sentSight(image: AttachedImage, planned: Planned): Pick<Sight, 'sent' | 'warning'> {
  const { prepared } = image;
  if (!prepared) {
    return {};
  }
  const extent = originalSize(image, planned);
  const parts = partsOf(image, planned);
  const first = parts[0];
  const picture = first && (image.tiles?.[0] ?? prepared);
  const scale = first && picture ? picture.width / first.width : 1;
  const sent: SentSight = {
    facts: sentFacts(image, planned.model),
    notes: sentNotes(image),
    extent: extent ?? prepared,
    size: first
      ? {
          width: Math.round((extent ?? prepared).width * scale),
          height: Math.round((extent ?? prepared).height * scale),
        }
      : prepared,
    parts: first
      ? parts
      : [{ key: prepared.sha256, left: 0, top: 0, ...sizeOf(extent ?? prepared) }],
  };
  const warning = image.tiles ? undefined : warningOf(image, extent, planned);
  return { sent, ...(warning !== undefined && { warning }) };
}

/** The ways to send an image, with the cost of each. */
export function choicesSight(
  image: AttachedImage,
  planned: Planned,
  { sent }: { readonly sent: boolean },
): Pick<Sight, 'choices' | 'locked'> {
  const choices = plannedChoices(planned);
  const { model, set, otherPictures } = planned;
  const room = mostImages(modelOf(model)) - otherPictures;
  const asSet = choices.find(({ choice }) => choice === set);
  const shown = (detail: SightDetail, choice: PlannedChoice): SightChoice => ({
    detail,
    label: detail === 'asSet' ? asSetLabel(set) : detailLabel(detail, choice.tiles),
    cost: choiceCost(choice, model),
    ...(choice.tiles >= room && {
      unavailable: noRoomForTiles(mostImages(modelOf(model))),
    }),
  });
  return {
    choices: [
      ...(asSet ? [shown('asSet', asSet)] : []),
      ...choices.map((choice) => shown(choice.choice, choice)),
    ],
    ...(sent && { locked: sentIsLocked() }),
  };
}

function plannedChoices({ source, model, otherPictures }: Planned): readonly PlannedChoice[] {
  return source ? planChoices(source.header, source.byteLength, { model }, otherPictures) : [];
}

function originalSize({ original }: AttachedImage, { source }: Planned): Size | undefined {
  return original ? sizeOf(original) : source?.isOriginal ? source.header.size : undefined;
}

/** Where the tiles lie on the original; none without tiles, or where that is not known any more. */
function partsOf(image: AttachedImage, planned: Planned): readonly SentPart[] {
  const { tiles = [] } = image;
  const { source, model, otherPictures } = planned;
  if (tiles.length === 0 || !source?.isOriginal) {
    return [];
  }
  const plan = planTiles(source.header, source.byteLength, { model }, otherPictures);
  const offered = plan?.offer.tiles ?? [];
  // Those of another model, or of another number of images, are cut in other places.
  const areThose =
    offered.length === tiles.length &&
    offered.every(({ sent }, index) => isOfSize(tiles[index], sent));
  return areThose
    ? offered.map(({ left, top, width, height }, index) => ({
        key: tiles[index]?.sha256 ?? '',
        left,
        top,
        width,
        height,
      }))
    : [];
}

function warningOf(
  { prepared }: AttachedImage,
  extent: Size | undefined,
  planned: Planned,
): string | undefined {
  if (!prepared || !extent) {
    return undefined;
  }
  const legibility = legibilityOf(extent, prepared);
  return legibility.lost
    ? smallPrintWarning(legibility, helpFor(extent, planned), planned.model)
    : undefined;
}

/** The cheapest choice that keeps the small print, if there is one. */
function helpFor(extent: Size, planned: Planned): Help {
  const [choice] = plannedChoices(planned)
    .filter(({ size, tiles }) => tiles > 0 || !legibilityOf(extent, size).lost)
    .toSorted((a, b) => a.tokens - b.tokens);
  if (choice) {
    return { kind: 'choice', choice, label: detailLabel(choice.choice, choice.tiles) };
  }
  const largest = legibilityOf(extent, fitToTier(extent, HIGH_RESOLUTION_TIER));
  const { tier } = modelOf(planned.model);
  return { kind: 'crop', largerModels: tier !== HIGH_RESOLUTION_TIER && !largest.lost };
}

function isOfSize(picture: Size | undefined, { width, height }: Size): boolean {
  return picture?.width === width && picture.height === height;
}

function sizeOf({ width, height }: Size): Size {
  return { width, height };
}
