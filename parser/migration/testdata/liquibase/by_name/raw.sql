SELECT 'no changelog';
