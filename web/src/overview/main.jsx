import { createRoot } from 'react-dom/client';
import './style.css';
import './sheet.css';
import './charts.css';
import './print.css';
import { App } from './App';

// The theme chosen in GraphiQL's settings is this page's too; without one the system's preference holds.
const theme = localStorage.getItem('graphiql:theme');
if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;

createRoot(document.getElementById('root')).render(<App />);
