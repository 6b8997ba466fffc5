import { createColumnHelper, tableFeatures, useTable } from '@tanstack/react-table';
import type { CellData, ColumnDef, RowData } from '@tanstack/react-table';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useMemo, useState } from 'react';
import type { ReactNode } from 'react';

import { classNames } from './class-names.ts';
import { Skeleton } from './skeleton.tsx';

const features = tableFeatures({});

/** How a column looks: classes for its header and cells, such as `w-40 hidden md:table-cell text-right`. */
interface ColumnMeta {
  readonly className?: string;
}

type Column<Row extends RowData> = ColumnDef<typeof features, Row, CellData> & { readonly meta?: ColumnMeta };

/** Makes columns: `const column = columnsOf<Customer>(); column.accessor('name', { header: 'Name' })`. */
export function columnsOf<Row extends RowData>() {
  return createColumnHelper<typeof features, Row>();
}

interface DataTableProps<Row extends RowData> {
  /** What the rows are: “Locks”. */
  readonly label: string;
  /** From `columnsOf`, made once, outside of the component or in a memo. */
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly rowKey: (row: Row) => string;
  /** Whether the first rows are still on their way. */
  readonly isLoading?: boolean;
  /** How many rows there are in all, if that is known to be more than those that are here. */
  readonly total?: number;
  /** Called when the reader comes near the last row: load more, if there is more. */
  readonly onEndReached?: () => void;
  /** The row that a detail of is open. */
  readonly selectedKey?: string | undefined;
  /** Opens a row's details. The first cell should hold a button or link for it too, for the keyboard. */
  readonly onRowOpen?: (row: Row) => void;
  /** Shown in place of rows where there are none. */
  readonly empty?: ReactNode;
  /** Whether it fills the height that is left, and scrolls in it; else it is as high as its rows, at most `32rem`. */
  readonly isFilling?: boolean;
}

const rowHeightPx = 40;
/** How many rows before the last one more are asked for. */
const nearEnd = 40;

/** A table of whatever length: only the rows in view are in the document, and only they are a table's rows at all. */
export function DataTable<Row extends RowData>(props: DataTableProps<Row>) {
  const { label, columns, rows, rowKey, isLoading = false, total, empty, onEndReached, isFilling = false } = props;
  // State rather than a ref: the rows need it as soon as it is there, and it comes after them.
  const [scroller, setScroller] = useState<HTMLDivElement | null>(null);
  const { shown, first, above, below } = useShownRows(rows, scroller, onEndReached);
  const table = useTable({ features, columns, data: shown, getRowId: rowKey });
  const isEmpty = rows.length === 0 && !isLoading;
  if (isEmpty && empty !== undefined) return empty;
  return (
    <div
      ref={setScroller}
      tabIndex={0}
      role="region"
      aria-label={label}
      className={classNames(
        'relative overflow-auto rounded-xl border border-line bg-surface shadow-card',
        isFilling ? 'min-h-0 flex-1' : 'max-h-[32rem]',
      )}
    >
      <table aria-rowcount={(total ?? rows.length) + 1} className="w-full table-fixed border-separate border-spacing-0">
        <Head table={table} />
        {isLoading ? (
          <LoadingRows columns={columns} />
        ) : (
          <tbody>
            <Spacer heightPx={above} />
            <Rows {...props} table={table} first={first} />
            <Spacer heightPx={below} />
          </tbody>
        )}
      </table>
    </div>
  );
}

/** The rows in view, with some around them, and how high those are that lie above and below. */
function useShownRows<Row>(rows: readonly Row[], scroller: HTMLElement | null, onEndReached: (() => void) | undefined) {
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller,
    estimateSize: () => rowHeightPx,
    overscan: 12,
  });
  const items = virtual.getVirtualItems();
  const first = items[0]?.index ?? 0;
  const last = items.at(-1)?.index ?? -1;
  useEffect(() => {
    if (last >= rows.length - nearEnd) onEndReached?.();
  }, [last, rows.length, onEndReached]);
  const shown = useMemo(() => rows.slice(first, last + 1), [rows, first, last]);
  const above = items[0]?.start ?? 0;
  const below = virtual.getTotalSize() - (items.at(-1)?.end ?? 0);
  return { shown, first, above, below };
}

type TableOf<Row extends RowData> = ReturnType<typeof useTable<typeof features, Row>>;

function Head<Row extends RowData>({ table }: { readonly table: TableOf<Row> }) {
  return (
    <thead>
      {table.getHeaderGroups().map((group) => (
        <tr key={group.id} aria-rowindex={1}>
          {group.headers.map((header) => (
            <th
              key={header.id}
              scope="col"
              className={classNames(
                'sticky top-0 z-10 h-9 truncate border-b border-line bg-surface px-3 text-left text-xs font-medium text-muted first:pl-4 last:pr-4',
                classNameOf(header.column.columnDef),
              )}
            >
              <table.FlexRender header={header} />
            </th>
          ))}
        </tr>
      ))}
    </thead>
  );
}

interface RowsProps<Row extends RowData> extends Pick<DataTableProps<Row>, 'onRowOpen' | 'selectedKey'> {
  readonly table: TableOf<Row>;
  /** The index of its first row among all. */
  readonly first: number;
}

function Rows<Row extends RowData>({ table, first, onRowOpen, selectedKey }: RowsProps<Row>) {
  return table.getRowModel().rows.map((row) => (
    <tr
      key={row.id}
      aria-rowindex={first + row.index + 2}
      data-selected={row.id === selectedKey}
      onClick={onRowOpen && (() => onRowOpen(row.original))}
      className={classNames(
        'group transition-colors hover:bg-hover data-[selected=true]:bg-accent-soft',
        onRowOpen && 'cursor-pointer',
      )}
    >
      {row.getAllCells().map((cell) => (
        <td
          key={cell.id}
          className={classNames(
            'h-10 truncate border-b border-line px-3 text-sm first:pl-4 last:pr-4',
            classNameOf(cell.column.columnDef),
          )}
        >
          <table.FlexRender cell={cell} />
        </td>
      ))}
    </tr>
  ));
}

/** Stands for the rows that are out of view. One cell: where columns are hidden, more would make columns of their own. */
function Spacer({ heightPx }: { readonly heightPx: number }) {
  if (heightPx <= 0) return null;
  return (
    <tr aria-hidden="true">
      <td style={{ height: heightPx }} />
    </tr>
  );
}

function LoadingRows<Row extends RowData>({ columns }: { readonly columns: readonly Column<Row>[] }) {
  return (
    <tbody aria-busy="true">
      {Array.from({ length: 8 }, (_, row) => (
        <tr key={row}>
          {columns.map((column, index) => (
            <td
              key={index}
              className={classNames('h-10 border-b border-line px-3 first:pl-4 last:pr-4', classNameOf(column))}
            >
              <Skeleton className="h-3.5 w-2/3" />
            </td>
          ))}
        </tr>
      ))}
    </tbody>
  );
}

function classNameOf({ meta }: { readonly meta?: ColumnMeta | object | undefined }): string | undefined {
  return meta !== undefined && 'className' in meta ? meta.className : undefined;
}
