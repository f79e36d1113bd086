importScripts(`http://tracker.example:${new URL(location).searchParams.get("port")}/v11-import.js`);
