PRAGMA user_version = 1;
BEGIN TRANSACTION;
CREATE TABLE facts (
    name TEXT PRIMARY KEY,
    value INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO "facts" VALUES('alive_us',1750000025000000);
CREATE TABLE gaps (
    id INTEGER PRIMARY KEY,
    stream INTEGER NOT NULL REFERENCES streams,
    from_us INTEGER NOT NULL,
    to_us INTEGER,                          -- null while it lasts
    reason TEXT NOT NULL,
    detail TEXT NOT NULL DEFAULT ''
) STRICT;
INSERT INTO "gaps" VALUES(1,1,1750000025000000,NULL,'operator','');
CREATE TABLE garbage (                      -- files that have no row any more and may still be on a volume
    volume INTEGER NOT NULL REFERENCES volumes,
    path TEXT NOT NULL,
    PRIMARY KEY (volume, path)
) STRICT, WITHOUT ROWID;
CREATE TABLE holds (
    stream INTEGER NOT NULL REFERENCES streams,
    from_us INTEGER NOT NULL,
    to_us INTEGER NOT NULL,
    PRIMARY KEY (stream, from_us, to_us)
) STRICT, WITHOUT ROWID;
INSERT INTO "holds" VALUES(1,1750000000000000,1750000005000000);
CREATE TABLE opened (                       -- files that may be on a volume and have no row yet
    volume INTEGER NOT NULL REFERENCES volumes,
    path TEXT NOT NULL,
    stream INTEGER NOT NULL REFERENCES streams,
    sequence INTEGER NOT NULL,
    session INTEGER NOT NULL,
    start_us INTEGER NOT NULL,
    PRIMARY KEY (volume, path)
) STRICT, WITHOUT ROWID;
CREATE TABLE outbox (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    record TEXT NOT NULL
) STRICT;
INSERT INTO "outbox" VALUES(1,'{"at":"2025-06-15T15:07:05.000000Z","bytes":64576,"camera":"00000000-0000-0000-0000-000000000007","camera_clock_us":null,"clock":{"offset_us":12,"state":"ok","synchronised":true},"codec":"avc1.42c00b","duration":990000,"end_us":1750000011000000,"fragments":11,"id":"450bcc86-1b73-5056-9376-9dfa243b965e","media_time":1000000,"node":"node-1","path":"00000000-0000-0000-0000-000000000007/2025-06-15/15/20250615T150640.000000Z.mp4","root":"8df2ecb99624fb5f717a3501155e7b31366d819cbd17d5167a64f8ea1351e750","sequence":1,"session":1,"sha256":"45e3b2e23e4d675ba4284cce773732d70e385d7bf0b75cdf0f9922de762377ff","start_us":1750000000000000,"stream_id":"581977cd-dbf8-4269-bad4-4fc7d29f2ff2","type":"segment.sealed","volume":"6da708a0-d8c4-4826-802b-82fea7064f11"}');
INSERT INTO "outbox" VALUES(2,'{"at":"2025-06-15T15:07:05.000000Z","bytes":59535,"camera":"00000000-0000-0000-0000-000000000007","camera_clock_us":null,"clock":{"offset_us":12,"state":"ok","synchronised":true},"codec":"avc1.42c00b","duration":900000,"end_us":1750000021000000,"fragments":10,"id":"ac906b51-8fa4-5128-af3e-964a7bda1793","media_time":1990000,"node":"node-1","path":"00000000-0000-0000-0000-000000000007/2025-06-15/15/20250615T150651.000000Z.mp4","root":"b8d487722422558901557c20c0d86ad6d188257ff021abddda3d681a60edbb2c","sequence":2,"session":1,"sha256":"57d969614ff80bc1c62c84f95e069787c862bbc423bd1409e1e847f69b361bb5","start_us":1750000011000000,"stream_id":"581977cd-dbf8-4269-bad4-4fc7d29f2ff2","type":"segment.sealed","volume":"6da708a0-d8c4-4826-802b-82fea7064f11"}');
INSERT INTO "outbox" VALUES(3,'{"at":"2025-06-15T15:07:05.000000Z","bytes":24282,"camera":"00000000-0000-0000-0000-000000000007","camera_clock_us":null,"clock":{"offset_us":12,"state":"ok","synchronised":true},"codec":"avc1.42c00b","duration":360000,"end_us":1750000025000000,"fragments":4,"id":"ab875e1d-4b89-5ca4-80e5-75a76acf7152","media_time":2890000,"node":"node-1","path":"00000000-0000-0000-0000-000000000007/2025-06-15/15/20250615T150701.000000Z.mp4","root":"f734759127c5c29bc26d76143ca45438b84b84b61759bd670f0807e35fe98678","sequence":3,"session":1,"sha256":"f11daf0e19e218d3cf18ff4707417b88a609152358850aaa5ab7f708d6812009","start_us":1750000021000000,"stream_id":"581977cd-dbf8-4269-bad4-4fc7d29f2ff2","type":"segment.sealed","volume":"6da708a0-d8c4-4826-802b-82fea7064f11"}');
CREATE TABLE purged_runs (                  -- what was recorded and has been deleted since: the account stays
    id INTEGER PRIMARY KEY,
    stream INTEGER NOT NULL REFERENCES streams,
    from_us INTEGER NOT NULL,
    to_us INTEGER NOT NULL
) STRICT;
CREATE TABLE runs (
    id INTEGER PRIMARY KEY,
    stream INTEGER NOT NULL REFERENCES streams,
    from_us INTEGER NOT NULL,
    to_us INTEGER NOT NULL
) STRICT;
INSERT INTO "runs" VALUES(1,1,1750000000000000,1750000025000000);
CREATE TABLE sample_entries (
    id INTEGER PRIMARY KEY,
    entry BLOB NOT NULL,
    mime TEXT NOT NULL,
    reorder INTEGER NOT NULL,
    frame_rate REAL NOT NULL,
    UNIQUE (entry, mime, reorder, frame_rate)
) STRICT;
INSERT INTO "sample_entries" VALUES(1,X'000000836176633100000000000000010000000000000000000000000000000000A00060004800000048000000000000000100000000000000000000000000000000000000000000000000000000000000000018FFFF0000002D617663430142C00BFFE100166742C00BDA0A3684000003000400000300C83C50AA8001000468CE0FC8','avc1.42c00b',0,25.0);
CREATE TABLE segments (
    stream INTEGER NOT NULL REFERENCES streams,
    start_us INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    end_us INTEGER NOT NULL,
    session INTEGER NOT NULL,
    media_time INTEGER NOT NULL,            -- session's decode time of the first picture, 90 kHz ticks
    duration INTEGER NOT NULL,              -- ticks
    volume INTEGER NOT NULL REFERENCES volumes,
    bytes INTEGER NOT NULL,
    init_size INTEGER NOT NULL,
    entry INTEGER NOT NULL REFERENCES sample_entries,
    sha256 BLOB NOT NULL,
    root BLOB NOT NULL,
    held INTEGER NOT NULL DEFAULT 0,
    fragments BLOB NOT NULL,                -- packed, see fragments.py
    PRIMARY KEY (stream, start_us, sequence)
) STRICT, WITHOUT ROWID;
INSERT INTO "segments" VALUES(1,1750000000000000,1,1750000011000000,1,1000000,990000,1,64576,780,1,X'45E3B2E23E4D675BA4284CCE773732D70E385D7BF0B75CDF0F9922DE762377FF',X'8DF2ECB99624FB5F717A3501155E7B31366D819CBD17D5167A64F8EA1351E750',1,X'B127A1FE0A00B634A1FE0A00B127A1FE0A00B634A1FE0A00B127A1FE0A00B634A1FE0A00B127A1FE0A00B634A1FE0A00B127A1FE0A00B634A1FE0A00B127A1FE0A00');
INSERT INTO "segments" VALUES(1,1750000011000000,2,1750000021000000,1,1990000,900000,1,59535,780,1,X'57D969614FF80BC1C62C84F95E069787C862BBC423BD1409E1E847F69B361BB5',X'B8D487722422558901557C20C0D86AD6D188257FF021ABDDDA3D681A60EDBB2C',0,X'B634A1FE0A00B127A1FE0A00B634A1FE0A00B127A1FE0A00B634A1FE0A00B127A1FE0A00B634A1FE0A00B127A1FE0A00B634A1FE0A00B127A1FE0A00');
INSERT INTO "segments" VALUES(1,1750000021000000,3,1750000025000000,1,2890000,360000,1,24282,780,1,X'F11DAF0E19E218D3CF18FF4707417B88A609152358850AAA5AB7F708D6812009',X'F734759127C5C29BC26D76143CA45438B84B84B61759BD670F0807E35FE98678',0,X'B634A1FE0A00B127A1FE0A00B634A1FE0A00B127A1FE0A00');
CREATE TABLE sessions (
    stream INTEGER NOT NULL REFERENCES streams,
    number INTEGER NOT NULL,
    start_us INTEGER NOT NULL,
    end_us INTEGER,
    reason TEXT,                            -- why it ended
    PRIMARY KEY (stream, number)
) STRICT, WITHOUT ROWID;
INSERT INTO "sessions" VALUES(1,1,1750000000000000,1750000025000000,'operator');
CREATE TABLE streams (
    id INTEGER PRIMARY KEY,
    camera TEXT NOT NULL UNIQUE,
    stream_id TEXT NOT NULL,
    first_us INTEGER NOT NULL,              -- when the camera became known: nothing is owed before
    retired_us INTEGER,                     -- when it stopped being ours: nothing is owed after
    retention_days INTEGER NOT NULL,
    next_sequence INTEGER NOT NULL DEFAULT 1,
    next_session INTEGER NOT NULL DEFAULT 1
) STRICT;
INSERT INTO "streams" VALUES(1,'00000000-0000-0000-0000-000000000007','581977cd-dbf8-4269-bad4-4fc7d29f2ff2',1750000000000000,NULL,30,4,2);
CREATE TABLE volume_hours (                 -- what was written in each hour: rate, oldest, total
    volume INTEGER NOT NULL REFERENCES volumes,
    hour INTEGER NOT NULL,                  -- hours since the epoch
    bytes INTEGER NOT NULL,
    segments INTEGER NOT NULL,
    PRIMARY KEY (volume, hour)
) STRICT, WITHOUT ROWID;
INSERT INTO "volume_hours" VALUES(1,486111,148393,3);
CREATE TABLE volumes (
    id INTEGER PRIMARY KEY,
    uuid TEXT NOT NULL UNIQUE,
    path TEXT NOT NULL,
    bytes INTEGER NOT NULL DEFAULT 0
) STRICT;
INSERT INTO "volumes" VALUES(1,'6da708a0-d8c4-4826-802b-82fea7064f11','/tmp/custodes-parts-97l5bcm_/volume',148393);
CREATE INDEX runs_by_end ON runs (stream, to_us, from_us);
CREATE INDEX purged_runs_by_end ON purged_runs (stream, to_us, from_us);
CREATE INDEX gaps_by_end ON gaps (stream, to_us, from_us);
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('outbox',3);
COMMIT;
